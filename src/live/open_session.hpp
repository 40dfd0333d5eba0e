// SPDX-License-Identifier: Apache-2.0
// A stream session that is live or waits for its publisher: its rows, its files and what players see of it. Owned by
// its stream's lane in StreamSessions and only touched there; methods block.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "live/live_window.hpp"
#include "live/publication.hpp"
#include "live/recording_writer.hpp"
#include "live/stream_sessions.hpp"
#include "model/stream.hpp"
#include "model/stream_session.hpp"

namespace spanreel::live {

/// What all sessions of a server share; outlives them.
struct SessionContext {
    store::MetaStore& meta;
    store::MediaStore& media;
    SessionSettings settings;
    Clock clock;
};

class OpenSession {
  public:
    /// A new session of a stream.
    static Result<std::unique_ptr<OpenSession>> begin(const SessionContext& context, const Stream& stream);
    /// One that the last run left open; it waits from now on.
    static Result<std::unique_ptr<OpenSession>> restore(const SessionContext& context, StreamSession row);

    const StreamSession& row() const { return row_; }
    const std::shared_ptr<LiveWindow>& window() const { return window_; }
    const std::shared_ptr<Publication>& publisher() const { return publisher_; }
    bool window_is_over(Time now) const;
    /// When this session wants to be looked at again.
    Time due() const;

    /// Opens the files for a publisher; attach() must follow.
    Result<media::mp4::SegmenterResume> prepare();
    Result<void> attach(std::shared_ptr<Publication> publisher);

    /// After a failure nothing more is written; the publisher must go.
    Result<void> write(const media::mp4::SegmenterEvents& events);
    /// Brings rows up to date with what arrived, or with what an earlier report could not write.
    void report();
    /// Ends the use of the files and waits for the next publisher.
    void publisher_left();
    /// Makes the recording final and ends the session; the files of one that is not recorded stay for players that
    /// still read them, though no row names them. May be tried again after a failure.
    Result<void> finish();

  private:
    OpenSession(const SessionContext& context, StreamSession row);
    void load(const media::mp4::RecordingIndex& index, const ForgottenSegments& forgotten);
    Result<void> take(const media::mp4::SegmenterEvent& event);
    Result<void> segment_closed(const media::mp4::Segment& segment);
    Result<void> make_asset();
    Result<void> finish_asset(const media::mp4::RecordingIndex& index);
    Result<void> write_rows();
    Result<void> update_stream();
    Result<void> save();

    const SessionContext& context_;
    StreamSession row_;
    std::shared_ptr<LiveWindow> window_;
    std::shared_ptr<Publication> publisher_;
    std::unique_ptr<RecordingWriter> writer_;
    bool failed_ = false;
    bool has_asset_ = false;
    StreamStatistics unreported_;  ///< not yet added to the stream's row
    Time reported_{};
    bool rows_behind_ = false;  ///< the store did not take them
    Time retry_at_{};           ///< after finish() or write_rows() failed
};

}  // namespace spanreel::live
