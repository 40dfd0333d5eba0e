// SPDX-License-Identifier: Apache-2.0
// Values that JSON tells apart and C++ usually does not.
#pragma once
#include <concepts>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#pragma GCC visibility push(default)
namespace spanreel::sdk {

/// JSON's null where an API gives it a meaning. In a std::optional: absent, null or a value.
template <class T>
class Nullable {
  public:
    Nullable() = default;
    Nullable(std::nullptr_t) {}
    template <class U>
        requires(!std::same_as<std::remove_cvref_t<U>, Nullable> && std::constructible_from<T, U>)
    Nullable(U&& value) : value_(std::forward<U>(value)) {}

    bool is_null() const { return !value_; }
    /// Throws std::bad_optional_access for null.
    const T& value() const { return value_.value(); }
    const T& value_or(const T& other) const& { return value_ ? *value_ : other; }
    friend bool operator==(const Nullable&, const Nullable&) = default;

  private:
    std::optional<T> value_;
};

/// Any JSON value as its text, for what an API leaves open.
struct JsonText {
    std::string text = "null";
    friend bool operator==(const JsonText&, const JsonText&) = default;
};

/// A word of a list that may grow: a server newer than this library may send others, which are kept as they are.
/// `E` is an enumeration for which `enum_words(E)` gives the words in the order of its values.
template <class E>
class OpenEnum {
  public:
    OpenEnum() = default;  ///< the empty word
    OpenEnum(E value) : value_(value) {}
    explicit OpenEnum(std::string word) {
        const auto& words = enum_words(E{});
        for (std::size_t i = 0; i < words.size(); ++i)
            if (words[i] == word) {
                value_ = static_cast<E>(i);
                return;
            }
        unknown_ = std::move(word);
    }

    bool is_known() const { return value_.has_value(); }
    /// Nothing for a word that this library does not know.
    std::optional<E> value() const { return value_; }
    std::string word() const {
        return value_ ? std::string(enum_words(E{})[static_cast<std::size_t>(*value_)]) : unknown_;
    }
    friend bool operator==(const OpenEnum& a, const OpenEnum& b) = default;

  private:
    std::optional<E> value_;
    std::string unknown_;
};

template <class E>
std::ostream& operator<<(std::ostream& out, const OpenEnum<E>& value) {
    return out << value.word();
}

}  // namespace spanreel::sdk
#pragma GCC visibility pop
