// SPDX-License-Identifier: Apache-2.0
#include "trace/conventions/attribute_index.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

#include "model/facts.hpp"
#include "trace/prices.hpp"

namespace spanreel::trace {
namespace {

constexpr std::size_t kSlots = 512;  // a quarter full, so that most foreign keys meet an empty slot
constexpr std::uint8_t kEmpty = 255;

constexpr std::uint64_t eight_bytes(const char* at) {
    if consteval {
        std::uint64_t word = 0;
        for (unsigned i = 0; i < 8; ++i) word |= std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
        return word;
    } else {
        std::uint64_t word;
        std::memcpy(&word, at, 8);
        return word;
    }
}

/// Keys differ in their first and last eight bytes and their length; shorter ones hash by length alone.
constexpr std::size_t slot_of(std::string_view key) {
    std::uint64_t hash = key.size() * 0x9E3779B97F4A7C15ull;
    if (key.size() >= 8) {
        hash ^= eight_bytes(key.data()) * 0xBF58476D1CE4E5B9ull;
        hash ^= eight_bytes(key.data() + key.size() - 8) * 0x94D049BB133111EBull;
        hash ^= eight_bytes(key.data() + key.size() / 2 - 4) * 0xD6E8FEB86659FD93ull;
    }
    return static_cast<std::size_t>((hash ^ (hash >> 29)) * 0x9FB21C651E98DF25ull >> 55) % kSlots;
}

constexpr std::array<std::uint8_t, kSlots> make_slots() {
    std::array<std::uint8_t, kSlots> slots{};
    slots.fill(kEmpty);
    for (std::size_t i = 0; i < kKeyCount; ++i) {
        std::size_t slot = slot_of(kKeyTexts[i]);
        while (slots[slot] != kEmpty) slot = (slot + 1) % kSlots;
        slots[slot] = static_cast<std::uint8_t>(i);
    }
    return slots;
}
constexpr std::array<std::uint8_t, kSlots> kSlotTable = make_slots();

/// Index into kKeyTexts, or kEmpty. The table is fixed, so no sender can make it degrade.
std::uint8_t known_key(std::string_view key) {
    for (std::size_t slot = slot_of(key); kSlotTable[slot] != kEmpty; slot = (slot + 1) % kSlots)
        if (kKeyTexts[kSlotTable[slot]] == key) return kSlotTable[slot];
    return kEmpty;
}

std::optional<double> number_of(const otlp::Value& value) {
    switch (value.type) {
        case otlp::ValueType::integer: return static_cast<double>(value.integer);
        case otlp::ValueType::real: return value.real;
        case otlp::ValueType::text: {
            double number = 0;
            const char* last = value.data.data() + value.data.size();
            auto [end, error] = std::from_chars(value.data.data(), last, number);
            if (value.data.empty() || error != std::errc{} || end != last) return std::nullopt;
            return number;
        }
        default: return std::nullopt;
    }
}

}  // namespace

void AttributeIndex::fill(const otlp::Attributes& attributes) {
    present_.reset();
    for (const otlp::Attribute& attribute : attributes) {
        std::uint8_t key = known_key(attribute.key);
        if (key == kEmpty || attribute.value.type == otlp::ValueType::none) continue;
        values_[key] = attribute.value;
        present_.set(key);
    }
}

bool AttributeIndex::has_any(std::initializer_list<Key> keys) const {
    for (Key key : keys)
        if (has(key)) return true;
    return false;
}

const otlp::Value* AttributeIndex::find(Key key) const {
    return has(key) ? &values_[static_cast<std::size_t>(key)] : nullptr;
}

std::string_view AttributeIndex::text(Key key) const {
    const otlp::Value* value = find(key);
    return value != nullptr && value->type == otlp::ValueType::text ? value->data : std::string_view{};
}

std::string_view AttributeIndex::first_text(std::initializer_list<Key> keys) const {
    for (Key key : keys)
        if (std::string_view found = text(key); !found.empty()) return found;
    return {};
}

std::optional<std::int64_t> AttributeIndex::tokens(Key key) const {
    const otlp::Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (value->type == otlp::ValueType::integer) {
        if (value->integer < 0) return std::nullopt;
        return std::min(value->integer, kMaxSpanTokens);
    }
    auto number = number_of(*value);
    if (!number || !(*number >= 0)) return std::nullopt;
    return static_cast<std::int64_t>(std::min(std::floor(*number + 0.5), static_cast<double>(kMaxSpanTokens)));
}

std::optional<std::int64_t> AttributeIndex::first_tokens(std::initializer_list<Key> keys) const {
    for (Key key : keys)
        if (auto found = tokens(key)) return found;
    return std::nullopt;
}

std::optional<std::int64_t> AttributeIndex::money(Key key) const {
    const otlp::Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    auto number = number_of(*value);
    return number ? pico_usd(*number) : std::nullopt;
}

}  // namespace spanreel::trace
