// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <cstdint>
#include <variant>

#pragma GCC visibility push(default)
namespace spanreel::livepeer {

/// Which sessions of a stream are wanted: true or 1, the recorded ones; false or 0, the others. It goes over the wire
/// as it was given, `true` as true and `1` as 1. Texts and fractions do not compile, nor integers that may exceed the
/// range of std::int64_t.
class RecordFilter {
  public:
    RecordFilter(std::same_as<bool> auto flag) : value_(flag) {}
    template <std::integral Number>
        requires(!std::same_as<Number, bool> && !std::same_as<Number, char> &&
                 (std::signed_integral<Number> || sizeof(Number) < sizeof(std::int64_t)))
    RecordFilter(Number number) : value_(std::int64_t{number}) {}

    const std::variant<bool, std::int64_t>& value() const { return value_; }

  private:
    std::variant<bool, std::int64_t> value_;
};

}  // namespace spanreel::livepeer
#pragma GCC visibility pop
