// SPDX-License-Identifier: Apache-2.0
// Stores in a temporary folder with streams, recordings and spans put into them, for the tests of time lines. Times
// are given in milliseconds after kDawn.
#pragma once
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include <future>

#include "access/key_ring.hpp"
#include "base/ids.hpp"
#include "live/recordings.hpp"
#include "live/stream_sessions.hpp"
#include "media/mp4/recording_index.hpp"
#include "otlp/decode.hpp"
#include "otlp/request_builder.hpp"
#include "store/embedded/embedded_media_store.hpp"
#include "store/embedded/embedded_meta_store.hpp"
#include "store/embedded/embedded_span_store.hpp"
#include "timeline/sessions.hpp"

namespace spanreel::timeline {

inline constexpr std::int64_t kDawn = 1'760'000'000'000;  ///< Unix milliseconds

inline UnixMillis at(std::int64_t ms) { return UnixMillis(Millis(kDawn + ms)); }

class House {
  public:
    House() : folder_(testing::TempDir() + "timeline_test_" + make_ulid(now())) {
        std::filesystem::create_directories(folder_);
        database_ = store::Database::open(folder_ / "spanreel.db").value();
        meta_ = std::make_unique<store::EmbeddedMetaStore>(*database_);
        keys_ = std::make_unique<access::KeyRing>(*meta_);
        spans_ = store::EmbeddedSpanStore::open(posix_file_system(), folder_ / "spans", *database_).value();
        recorder_ = trace::Recorder::start(*spans_).value();
        media_ = store::EmbeddedMediaStore::open(posix_file_system(), folder_ / "media").value();
        live_ = std::make_unique<live::StreamSessions>(*meta_, *media_, pool_);
        recordings_ = std::make_unique<live::Recordings>(*meta_, *media_, *live_);
        scope.workspace = keys_->open_workspace("w").value().id;
    }
    ~House() {
        live_->stop();
        pool_.join();
        recorder_.reset();
        std::filesystem::remove_all(folder_);
    }
    House(const House&) = delete;
    House& operator=(const House&) = delete;

    live::Scope scope;  ///< of all that is made

    access::KeyRing& keys() { return *keys_; }
    store::MetaStore& meta() { return *meta_; }
    live::Recordings& recordings() { return *recordings_; }
    const trace::Recorder& recorder() { return *recorder_; }
    Sessions sessions() { return {*recorder_, *meta_, *recordings_}; }

    Stream add_stream(std::string name, std::string project = {}) {
        Stream stream{.id = make_uuid(),
                      .workspace = scope.workspace,
                      .project = std::move(project),
                      .name = std::move(name),
                      .stream_key = make_base36(16),
                      .playback_id = make_base36(16),
                      .profiles = "[]",
                      .created_at = at(0)};
        EXPECT_TRUE(meta_->create(stream));
        return stream;
    }

    /// An ended and recorded one whose segments last a second each; a gap stands before each that is in `gaps`.
    StreamSession add_session(const Stream& stream, std::int64_t from, std::int64_t to,
                              const std::vector<int>& gaps = {}, std::int64_t gap_ms = 10'000) {
        StreamSession session{.id = make_uuid(),
                              .workspace = stream.workspace,
                              .project = stream.project,
                              .stream_id = stream.id,
                              .playback_id = stream.playback_id,
                              .record = true,
                              .profiles = "[]",
                              .state = SessionState::ended,
                              .ended_at = at(to),
                              .recorded = true,
                              .created_at = at(from),
                              .last_seen = at(to)};
        session.media_directory = session.id;
        EXPECT_TRUE(meta_->create(session));
        const Asset recording{.id = session.id,
                              .workspace = session.workspace,
                              .project = session.project,
                              .playback_id = make_base36(16),
                              .phase = AssetPhase::ready,
                              .source_session_id = session.id,
                              .media_directory = session.id,
                              .created_at = at(to)};
        EXPECT_TRUE(meta_->create(recording));
        write_index(session.id, from, to, gaps, gap_ms);
        return session;
    }

    void add_spans(const std::vector<otlp::SpanInput>& spans, const std::string& project = {}) {
        otlp::Batch decoded;
        ASSERT_TRUE(otlp::decode(otlp::encode_request(spans), {}, decoded));
        std::promise<Result<trace::Refused>> done;
        recorder_->submit(trace::make_batch(decoded, scope.workspace, project, now()).value(),
                          [&](Result<trace::Refused> refused) { done.set_value(std::move(refused)); });
        ASSERT_TRUE(done.get_future().get());
    }

    /// A trace of one span. `key` becomes its session's external_id; empty: it has no session.
    void add_span(char trace, const std::string& key, std::int64_t from, std::int64_t to,
                  const std::string& stream_session = {}, const std::string& project = {}) {
        add_spans({span(trace, 1, key, from, to, stream_session)}, project);
    }

    static otlp::SpanInput span(char trace, char number, const std::string& key, std::int64_t from, std::int64_t to,
                                const std::string& stream_session = {}) {
        otlp::SpanInput span{.trace_id = std::string(15, '\0') + trace, .span_id = std::string(7, '\0') + number};
        span.start = static_cast<std::uint64_t>(kDawn + from) * 1'000'000;
        span.end = static_cast<std::uint64_t>(kDawn + to) * 1'000'000;
        if (!key.empty()) span.attributes.emplace_back("session.id", key);
        if (!stream_session.empty()) span.attributes.emplace_back("spanreel.stream_session.id", stream_session);
        return span;
    }

    void move_to(const std::string& trace_session, const std::string& project) {
        trace::PatchSession patch{.id = trace_session, .at = now()};
        patch.fields.project = project;
        ASSERT_TRUE(recorder_->apply(std::move(patch)));
    }
    void patch_key(const std::string& trace_session, const std::string& key) {
        trace::PatchSession patch{.id = trace_session, .at = now()};
        patch.fields.external_id = key;
        ASSERT_TRUE(recorder_->apply(std::move(patch)));
    }

    TraceSession trace_session(const std::string& key) {
        const auto& ledger = recorder_->ledger();
        const auto id = ledger.session_id_of_key(scope.workspace, scope.project.value_or(""), key).value();
        return ledger.session(scope.workspace, id.value()).value();
    }

  private:
    void write_index(const std::string& directory, std::int64_t from, std::int64_t to, const std::vector<int>& gaps,
                     std::int64_t gap_ms) {
        using namespace media::mp4;
        std::string bytes = index_header() + encode_index_record(Init{});
        std::int64_t wall = from;
        for (int number = 0; wall < to; ++number, wall += 1000) {
            const bool gap = std::ranges::find(gaps, number) != gaps.end();
            if (gap) wall += gap_ms;
            Segment segment;
            segment.info = {.number = static_cast<std::uint64_t>(number),
                            .discontinuity = gap,
                            .independent = true,
                            .anchor = {.media = std::chrono::seconds(number), .wall = at(wall)},
                            .duration = std::chrono::seconds(1),
                            .size = 1};
            bytes += encode_index_record(segment);
        }
        ASSERT_TRUE(media_->create_directory(directory));
        ASSERT_TRUE(media_->write(directory, kIndexName, as_bytes(bytes)));
    }

    Path folder_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<store::EmbeddedMetaStore> meta_;
    std::unique_ptr<access::KeyRing> keys_;
    std::unique_ptr<store::EmbeddedSpanStore> spans_;
    std::unique_ptr<trace::Recorder> recorder_;
    boost::asio::thread_pool pool_{1};
    std::unique_ptr<store::EmbeddedMediaStore> media_;
    std::unique_ptr<live::StreamSessions> live_;
    std::unique_ptr<live::Recordings> recordings_;
};

}  // namespace spanreel::timeline
