// SPDX-License-Identifier: Apache-2.0
// The words an enumeration is written with, in answers and in the store. A type joins by specialising kNames with
// one word per enumerator, in their order.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace spanreel {

template <class E>
inline constexpr std::array<std::string_view, 0> kNames{};

template <class E>
concept Named = std::size(kNames<E>) > 0;

template <Named E>
constexpr std::string_view name_of(E value) {
    return kNames<E>[static_cast<std::size_t>(value)];
}

template <Named E>
constexpr std::optional<E> from_name(std::string_view name) {
    for (std::size_t i = 0; i < kNames<E>.size(); ++i)
        if (kNames<E>[i] == name) return static_cast<E>(i);
    return std::nullopt;
}

}  // namespace spanreel
