// SPDX-License-Identifier: Apache-2.0
#include "base/interned_text.hpp"

#include <mutex>
#include <set>
#include <shared_mutex>

namespace spanreel {

namespace {

const std::string* intern(std::string_view text) {
    static std::shared_mutex mutex;
    static std::set<std::string, std::less<>> texts;
    {
        const std::shared_lock lock(mutex);
        if (const auto known = texts.find(text); known != texts.end()) return &*known;
    }
    const std::unique_lock lock(mutex);
    return &*texts.emplace(text).first;
}

}  // namespace

InternedText::InternedText() {
    static const std::string none;
    text_ = &none;
}

InternedText::InternedText(std::string_view text) {
    if (text.empty())
        *this = InternedText();
    else
        text_ = intern(text);
}

}  // namespace spanreel
