// SPDX-License-Identifier: Apache-2.0
// A publisher's 32-bit millisecond timestamps as 64-bit media times. Each class is owned by one session's reader.
//
// Within a track decoding times strictly increase, with one exception: where the publisher's clock jumps by more than
// kClockTolerance, forwards or backwards, the jump is passed on, and is the recorder's to judge.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "media/packet.hpp"

namespace spanreel::media::rtmp {

/// What rounding to milliseconds and jitter may explain. Beyond it the publisher's clock has jumped.
inline constexpr std::chrono::milliseconds kClockTolerance{100};

/// 139 years: who gets there by jumping starts again, so that times in samples never overflow.
inline constexpr std::int64_t kMaxUnwrappedMillis = std::int64_t{1} << 42;

/// Milliseconds beyond the wrap. RTMP wraps at 2^32 (49.7 days), ffmpeg's FLV muxer at 2^31: counting modulo 2^31
/// serves both. Steps of less than 12.4 days, either way, are steps.
class TimestampUnwrapper {
  public:
    std::int64_t unwrap(std::uint32_t timestamp) {
        if (!last_) return *(last_ = timestamp);
        const std::uint32_t step = timestamp - static_cast<std::uint32_t>(*last_);
        *last_ += static_cast<std::int32_t>(step << 1) >> 1;  // sign-extends the lower 31 bits
        if (*last_ > kMaxUnwrappedMillis || *last_ < -kMaxUnwrappedMillis) last_ = timestamp;
        return *last_;
    }

  private:
    std::optional<std::int64_t> last_;
};

/// Decoding times of video in kVideoTimescale.
class VideoClock {
  public:
    /// Frames with the same or a slightly earlier time than the one before follow it by one tick.
    std::int64_t advance(std::int64_t millis) {
        constexpr std::int64_t kTicksPerMilli = kVideoTimescale / 1000;
        const std::int64_t given = millis * kTicksPerMilli;
        const bool steps_back = last_ && given <= *last_ && *last_ - given <= kClockTolerance.count() * kTicksPerMilli;
        last_ = steps_back ? *last_ + 1 : given;
        return *last_;
    }

  private:
    std::optional<std::int64_t> last_;
};

/// Times of audio frames in samples. Counts frames of a fixed length, because the publisher's milliseconds are
/// rounded; takes the publisher's time only when the count is off by more than kClockTolerance.
class AudioClock {
  public:
    AudioClock(std::uint32_t sample_rate, std::uint32_t samples_per_frame)
        : sample_rate_(sample_rate), samples_per_frame_(samples_per_frame) {}

    std::int64_t advance(std::int64_t millis) {
        const std::int64_t given = millis * sample_rate_ / 1000;
        const std::int64_t tolerance = kClockTolerance.count() * sample_rate_ / 1000;
        std::int64_t time = next_.value_or(given);
        if (given - time > tolerance || time - given > tolerance) time = given;
        next_ = time + samples_per_frame_;
        return time;
    }

  private:
    std::int64_t sample_rate_;
    std::int64_t samples_per_frame_;
    std::optional<std::int64_t> next_;
};

}  // namespace spanreel::media::rtmp
