// SPDX-License-Identifier: Apache-2.0
// The life of stream sessions: who may publish, which session a publisher joins, when a session ends and what it
// leaves (contract, livepeer 4 and 6; semantics, Live). Owned by the wiring. All work on one stream runs in turn on
// the media pool; unless a method says otherwise, any thread may call it.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "live/clock.hpp"
#include "live/live_window.hpp"
#include "live/publication.hpp"
#include "model/stream_session.hpp"
#include "store/media_store.hpp"
#include "store/meta_store.hpp"

namespace boost::asio {
class thread_pool;
}  // namespace boost::asio

namespace spanreel::live {

inline constexpr std::chrono::seconds kMaxReconnectWindow{1800};
/// A publisher that sent nothing for this long makes room for another one of the same stream.
inline constexpr std::chrono::seconds kTakeoverSilence{3};
/// The window of a session that ended, with the end noted in it, and the files of one that is not recorded: for
/// players that are still behind.
inline constexpr std::chrono::seconds kEndedWindow{60};
inline constexpr std::size_t kMaxEndedWindows = 1000;

struct SessionSettings {
    std::chrono::seconds reconnect_window{60};  ///< 0 to kMaxReconnectWindow
    std::chrono::seconds dvr_window{
        120};  ///< what /hls offers of a running stream, and all that an unrecorded one keeps
    /// How long drop() waits.
    std::chrono::milliseconds drop_wait{3000};
};

class StreamSessions {
  public:
    /// `media_pool` does the file and database work of publishers; HTTP handlers wait for it, so they need another.
    StreamSessions(store::MetaStore& meta, store::MediaStore& media, boost::asio::thread_pool& media_pool,
                   SessionSettings settings = {}, Clock clock = now);
    /// stop() must have run.
    ~StreamSessions();
    StreamSessions(const StreamSessions&) = delete;
    StreamSessions& operator=(const StreamSessions&) = delete;

    /// Repairs what a crash left and ends sessions whose window is over. Blocks; before anything else.
    Result<void> recover();
    /// Drops all publishers and waits until everything is written; their sessions wait for them in the next run.
    void stop();

    /// `answer` runs on the media pool, after stop() on the caller's thread. A refusal's message is for the person at
    /// the encoder.
    using PublishAnswer = std::function<void(Result<std::shared_ptr<Publication>>)>;
    void publish(std::string stream_key, PublishAnswer answer);

    enum class Then : std::uint8_t { wait_for_publisher, end_session };
    /// Drops the publisher of a stream, if any, and ends the open session if asked. Blocks until that is done,
    /// at most drop_wait: false when it goes on in the background. Not to be called on the media pool.
    bool drop(std::string_view stream_id, std::string reason, Then then);

    /// Ends sessions whose window is over, and forgets ended ones; returns at once. The wiring calls it every
    /// kSweepInterval.
    void sweep();
    static constexpr std::chrono::milliseconds kSweepInterval{500};

    /// What players may fetch of an open session; null when the session is not open.
    std::shared_ptr<const LiveWindow> window_of_session(std::string_view session_id) const;
    std::shared_ptr<const LiveWindow> window_of_stream(std::string_view stream_id) const;
    /// The window of a session that ended less than kEndedWindow ago, else null.
    std::shared_ptr<const LiveWindow> window_of_ended(std::string_view session_id) const;
    const SessionSettings& settings() const;

    /// Publishers delivering, for /metrics.
    std::size_t publisher_count() const;

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace spanreel::live
