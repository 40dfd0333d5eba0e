// SPDX-License-Identifier: Apache-2.0
// Clips of running and finished sessions (contract, livepeer 3.3 and 6). Owned by the wiring; methods block, the
// cutting itself runs on a pool of its own, because a long clip takes its thread for minutes. Any thread but the
// pool's.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "live/clock.hpp"
#include "live/scope.hpp"
#include "model/asset.hpp"
#include "model/task.hpp"
#include "store/media_store.hpp"
#include "store/meta_store.hpp"

namespace boost::asio {
class thread_pool;
}  // namespace boost::asio

namespace spanreel::live {

class Recordings;

struct NewClip {
    std::string playback_id;  ///< of the stream
    UnixMillis start_time{};
    std::optional<UnixMillis> end_time;     ///< absent: the newest recorded moment
    std::optional<std::string> name;        ///< absent: `clip-<playback id>`
    std::optional<std::string> session_id;  ///< absent: the stream's newest session
    std::string source_url;  ///< the playlist of a session, noted in the task; `{session}` stands for its id
};

struct ClipOrder {
    Asset asset;
    Task task;
};

/// Unfinished clips of one key and playback id, scheduled within kClipLimitPeriod.
inline constexpr std::uint64_t kMaxClipsInProcess = 5;
inline constexpr std::chrono::minutes kClipLimitPeriod{5};

class ClipService {
  public:
    ClipService(store::MetaStore& meta, store::MediaStore& media, Recordings& recordings,
                boost::asio::thread_pool& clip_pool, Clock clock = now);
    ~ClipService();
    ClipService(const ClipService&) = delete;
    ClipService& operator=(const ClipService&) = delete;

    /// Runs again what a crash or a stop left unfinished. After StreamSessions::recover.
    Result<void> recover();
    /// Waits for the clips being cut; later ones stay pending until the next run.
    void stop();

    /// Both objects are stored when it returns; the clip is cut in the background.
    Result<ClipOrder> create(const Scope& scope, const NewClip& wanted);
    /// Cuts again what failed. `not_found`, `forbidden` for another's or when too many are in process, `invalid` for a
    /// task that did not fail.
    Result<Task> retry(const Scope& scope, std::string_view task_id);

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace spanreel::live
