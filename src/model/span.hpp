// SPDX-License-Identifier: Apache-2.0
// Identifiers and small words of OpenTelemetry traces (opentelemetry-proto trace/v1).
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>

#include "base/bytes.hpp"
#include "model/names.hpp"

namespace spanreel {

struct TraceId {
    std::array<std::uint8_t, 16> bytes{};

    ByteView view() const { return bytes; }
    bool empty() const { return *this == TraceId{}; }
    auto operator<=>(const TraceId&) const = default;
};

/// 8 bytes, or 16 as some exporters send (contract: a UUID as span id); 0 bytes = no span.
struct SpanId {
    std::array<std::uint8_t, 16> bytes{};
    std::uint8_t size = 0;

    static SpanId from(ByteView view) {
        SpanId id;
        id.size = static_cast<std::uint8_t>(view.size() <= 16 ? view.size() : 16);
        std::memcpy(id.bytes.data(), view.data(), id.size);
        return id;
    }
    ByteView view() const { return ByteView(bytes).first(size); }
    bool empty() const { return size == 0; }
    /// By bytes, then by length, so the order does not depend on arrival.
    auto operator<=>(const SpanId&) const = default;
};

enum class SpanKind : std::uint8_t { unspecified, internal, server, client, producer, consumer };
enum class SpanStatus : std::uint8_t { unset, ok, error };
template <>
inline constexpr std::array<std::string_view, 3> kNames<SpanStatus>{"unset", "ok", "error"};

}  // namespace spanreel

template <>
struct std::hash<spanreel::TraceId> {
    std::size_t operator()(const spanreel::TraceId& id) const noexcept {
        std::uint64_t low, high;
        std::memcpy(&low, id.bytes.data(), 8);
        std::memcpy(&high, id.bytes.data() + 8, 8);
        return static_cast<std::size_t>((low ^ (high * 0x9E3779B97F4A7C15ull)) * 0xBF58476D1CE4E5B9ull);
    }
};

template <>
struct std::hash<spanreel::SpanId> {
    std::size_t operator()(const spanreel::SpanId& id) const noexcept {
        std::uint64_t low, high;
        std::memcpy(&low, id.bytes.data(), 8);
        std::memcpy(&high, id.bytes.data() + 8, 8);
        return static_cast<std::size_t>((low ^ (high * 0x9E3779B97F4A7C15ull)) * 0xBF58476D1CE4E5B9ull);
    }
};
