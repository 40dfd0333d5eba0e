// SPDX-License-Identifier: Apache-2.0
// A picture or a piece of sound on its way from a file to a server.
#pragma once
#include <chrono>
#include <cstdint>

#include "push/libav.hpp"

namespace spanreel::push {

using Micros = std::chrono::microseconds;

enum class Track : std::uint8_t { video, audio };

/// `data` has its times in microseconds.
struct Packet {
    /// Beside the payload, so that a flood of tiny packets is bounded too.
    static constexpr std::size_t kOverhead = 512;

    Track track = Track::video;
    PacketPtr data;
    Micros dts() const { return Micros(data->dts); }
    /// Of memory, about.
    std::size_t bytes() const { return static_cast<std::size_t>(data->size) + kOverhead; }
    bool begins_group() const { return track == Track::video && (data->flags & AV_PKT_FLAG_KEY) != 0; }
};

}  // namespace spanreel::push
