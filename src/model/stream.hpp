// SPDX-License-Identifier: Apache-2.0
// A stream: a place to publish to (`stream_key`) and to play from (`playback_id`), as Livepeer's API describes it
// (contract, livepeer 2.1). Times are Unix milliseconds. Fields that hold JSON are stored and shown as given.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/names.hpp"

namespace spanreel {

/// What passed through, summed over all connections.
struct StreamStatistics {
    std::int64_t source_segments = 0;
    std::int64_t transcoded_segments = 0;
    double source_segments_duration = 0;      ///< seconds
    double transcoded_segments_duration = 0;  ///< seconds
    std::int64_t source_bytes = 0;
    std::int64_t transcoded_bytes = 0;
    double ingest_rate = 0;    ///< bytes per second, over the last report
    double outgoing_rate = 0;  ///< bytes per second, over the last report

    bool operator==(const StreamStatistics&) const = default;
};

/// What the last health report said. `unreported`: there was none, so the fields are absent from answers.
enum class Health : std::uint8_t { unreported, unknown, good, bad };
template <>
inline constexpr std::array<std::string_view, 4> kNames<Health>{"unreported", "unknown", "good", "bad"};

struct Stream {
    std::string id;         ///< UUID
    std::string workspace;  ///< Workspace::id
    std::string project;    ///< empty: none
    std::string name;
    std::string created_by;  ///< name of the key that made it; may be empty
    std::optional<std::string> creator_id;
    std::string stream_key;   ///< unique
    std::string playback_id;  ///< unique over streams and assets

    bool record = false;
    bool suspended = false;
    std::string profiles;         ///< JSON array
    std::string user_tags;        ///< JSON object; empty: not set
    std::string recording_spec;   ///< JSON object; empty: not set
    std::string playback_policy;  ///< JSON object of type `public`; empty: not set

    bool is_active = false;  ///< a publisher delivers
    Health health = Health::unreported;
    std::vector<std::string> issues;  ///< shown only while the health is bad
    StreamStatistics statistics;

    UnixMillis created_at{};
    UnixMillis last_seen{};  ///< 0: never
    std::optional<UnixMillis> last_terminated_at;
    bool deleted = false;

    std::int64_t version = 0;  ///< counts writes; see MetaStore::update

    bool operator==(const Stream&) const = default;
};

}  // namespace spanreel
