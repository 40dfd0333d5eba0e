// SPDX-License-Identifier: Apache-2.0
#include "live/recording_status.hpp"

namespace spanreel::live {

RecordingStatus recording_status(const StreamSession& session, const Asset* asset, UnixMillis now) {
    if (!asset) {
        if (session.state != SessionState::ended) return RecordingStatus::waiting;
        const UnixMillis active = std::max(session.last_seen, session.created_at);
        return now - active <= kRecordingWait ? RecordingStatus::waiting : RecordingStatus::none;
    }
    if (asset->deleted) return RecordingStatus::deleted;
    switch (asset->phase) {
        case AssetPhase::uploading:
        case AssetPhase::waiting:
        case AssetPhase::processing: return RecordingStatus::waiting;
        case AssetPhase::ready: return RecordingStatus::ready;
        case AssetPhase::failed: return RecordingStatus::failed;
        case AssetPhase::deleting:
        case AssetPhase::deleted: return RecordingStatus::deleted;
    }
    return RecordingStatus::none;
}

}  // namespace spanreel::live
