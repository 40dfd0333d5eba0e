// SPDX-License-Identifier: Apache-2.0
// A text of which the program keeps one copy: to copy it or to compare two for equality costs what a pointer does.
// The copies are never given back, so it is for texts that no stranger can make up, such as ids of workspaces.
#pragma once
#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace spanreel {

class InternedText {
  public:
    InternedText();
    /// Looks the text up, which may be done by any thread at once.
    InternedText(std::string_view text);
    InternedText(const std::string& text) : InternedText(std::string_view(text)) {}
    InternedText(const char* text) : InternedText(std::string_view(text)) {}

    const std::string& text() const { return *text_; }
    operator const std::string&() const { return *text_; }

    friend bool operator==(InternedText a, InternedText b) { return a.text_ == b.text_; }
    friend std::strong_ordering operator<=>(InternedText a, InternedText b) {
        return a.text_ == b.text_ ? std::strong_ordering::equal : *a.text_ <=> *b.text_;
    }

  private:
    const std::string* text_;
};

}  // namespace spanreel

template <>
struct std::hash<spanreel::InternedText> {
    std::size_t operator()(spanreel::InternedText text) const noexcept {
        return std::hash<const void*>{}(&text.text());
    }
};
