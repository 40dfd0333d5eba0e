// SPDX-License-Identifier: Apache-2.0
// A publisher's connection to an RTMP server (Adobe's RTMP 1.0, FLV tags), which libavformat speaks. One thread, and
// one output at a time.
#pragma once
#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "push/media_file.hpp"

namespace spanreel::push {

class RtmpOutput {
  public:
    /// Connects and publishes. `unavailable` when nobody answers, `forbidden` with the server's words when it refuses.
    /// `url` holds the stream key, which no error tells. `stop` ends the wait.
    static Result<std::unique_ptr<RtmpOutput>> open(const std::string& url, const MediaFile& file,
                                                    const std::atomic<bool>& stop);
    /// Drops the connection; finish() before it ends the publication in order.
    ~RtmpOutput();
    RtmpOutput(const RtmpOutput&) = delete;
    RtmpOutput& operator=(const RtmpOutput&) = delete;

    Result<void> send(const Packet& packet);
    Result<void> finish();

  private:
    explicit RtmpOutput(const std::atomic<bool>& stop) : stop_(stop) {}

    Result<void> connect(const std::string& url);
    Result<void> begin(const MediaFile& file);
    static int is_interrupted(void* self);
    void allow(std::chrono::seconds time) { deadline_ = std::chrono::steady_clock::now() + time; }

    const std::atomic<bool>& stop_;
    std::chrono::steady_clock::time_point deadline_;
    AVFormatContext* output_ = nullptr;
    int streams_[2] = {-1, -1};  ///< by Track
    bool connected_ = false;
};

}  // namespace spanreel::push
