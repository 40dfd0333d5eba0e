// SPDX-License-Identifier: Apache-2.0
// The attributes of one span or resource by Key, with reading that forgives how exporters write: numbers as texts,
// whole numbers as doubles. Of a repeated key the last one counts. Views into the bytes that were indexed.
#pragma once
#include <array>
#include <bitset>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "otlp/value.hpp"
#include "trace/conventions/keys.hpp"

namespace spanreel::trace {

class AttributeIndex {
  public:
    /// Forgets what it held.
    void fill(const otlp::Attributes& attributes);

    bool has(Key key) const { return present_[static_cast<std::size_t>(key)]; }
    bool has_any(std::initializer_list<Key> keys) const;
    /// nullptr when absent.
    const otlp::Value* find(Key key) const;

    /// Empty when absent or not a text.
    std::string_view text(Key key) const;
    std::string_view first_text(std::initializer_list<Key> keys) const;
    /// A token count: not negative, at most kMaxSpanTokens, a fraction rounded.
    std::optional<std::int64_t> tokens(Key key) const;
    std::optional<std::int64_t> first_tokens(std::initializer_list<Key> keys) const;
    /// A sum of money in 10^-12 USD.
    std::optional<std::int64_t> money(Key key) const;

  private:
    std::array<otlp::Value, kKeyCount> values_;
    std::bitset<kKeyCount> present_;
};

}  // namespace spanreel::trace
