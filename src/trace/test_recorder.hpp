// SPDX-License-Identifier: Apache-2.0
// For tests: a recorder over the embedded store, the tape on a simulated disk, the index in a directory of its own.
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "base/simulated_disk.hpp"
#include "otlp/request_builder.hpp"
#include "store/embedded/embedded_span_store.hpp"
#include "trace/recorder.hpp"

namespace spanreel::trace {

/// Keeps what it learns in memory until it stops.
inline constexpr RecorderLimits kSaveAtTheEnd{.save_interval = std::chrono::hours(1)};

inline SpanBatch batch_of(const std::vector<otlp::SpanInput>& spans, const std::string& workspace,
                          const std::string& project, Time received) {
    otlp::Batch decoded;
    EXPECT_TRUE(otlp::decode(otlp::encode_request(spans), {}, decoded));
    return make_batch(decoded, workspace, project, received).value();
}

class TestRecorder {
  public:
    /// `index` names the directory of the index; a new name begins with an empty one.
    TestRecorder(SimulatedDisk& disk, const Path& index, RecorderLimits limits = kSaveAtTheEnd) {
        std::filesystem::create_directories(index);
        database_ = store::Database::open(index / "spanreel.db").value();
        store_ = store::EmbeddedSpanStore::open(disk, "/data/spans", *database_).value();
        recorder_ = Recorder::start(*store_, limits).value();
    }

    Recorder& operator*() { return *recorder_; }
    Recorder* operator->() { return recorder_.get(); }
    const Ledger& ledger() const { return recorder_->ledger(); }
    /// Saves the index and stops recording; rows can still be read.
    store::SpanStore& stop() {
        recorder_.reset();
        return *store_;
    }

    std::future<Result<Refused>> submit(const std::vector<otlp::SpanInput>& spans, const std::string& workspace = "w",
                                        const std::string& project = "", Time received = now()) {
        auto promise = std::make_shared<std::promise<Result<Refused>>>();
        auto future = promise->get_future();
        recorder_->submit(batch_of(spans, workspace, project, received),
                          [promise](Result<Refused> refused) { promise->set_value(std::move(refused)); });
        return future;
    }
    /// Waits, and expects that it was taken.
    Refused record(const std::vector<otlp::SpanInput>& spans, const std::string& workspace = "w",
                   const std::string& project = "") {
        auto refused = submit(spans, workspace, project).get();
        EXPECT_TRUE(refused) << refused.error().message;
        return refused.value_or(Refused{});
    }

    Ledger::SessionRowPtr session(const std::string& key, const std::string& project = "",
                                  const std::string& workspace = "w") const {
        auto id = ledger().session_id_of_key(workspace, project, key).value();
        return id ? ledger().session(workspace, *id).value() : nullptr;
    }

  private:
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<store::EmbeddedSpanStore> store_;
    std::unique_ptr<Recorder> recorder_;
};

/// A test with a disk and a directory for indexes.
class RecorderTest : public testing::Test {
  protected:
    RecorderTest()
        : directory_(Path(testing::TempDir()) /
                     fmt::format("{}_{}", testing::UnitTest::GetInstance()->current_test_info()->name(), ::getpid())) {}
    ~RecorderTest() override { std::filesystem::remove_all(directory_); }

    Path index(std::string_view name = "index") const { return directory_ / name; }

    SimulatedDisk disk_;

  private:
    Path directory_;
};

inline std::string id_bytes(std::size_t size, std::uint8_t number) {
    std::string id(size, '\0');
    id.back() = static_cast<char>(number);
    return id;
}

inline TraceId trace_id(std::uint8_t number) {
    TraceId id;
    id.bytes.back() = number;
    return id;
}

/// A span of 1 s that starts `second` seconds into the test's time.
inline otlp::SpanInput span(std::uint8_t trace, std::uint8_t number, double second,
                            std::vector<otlp::AttributeInput> attributes = {}) {
    auto start = static_cast<std::uint64_t>(1'760'000'000'000'000'000 + static_cast<std::int64_t>(second * 1e9));
    return {.trace_id = id_bytes(16, trace),
            .span_id = id_bytes(8, number),
            .start = start,
            .end = start + 1'000'000'000,
            .attributes = std::move(attributes)};
}

/// A model call with tokens in the session `key`.
inline otlp::SpanInput model_call(std::uint8_t trace, std::uint8_t number, double second, const std::string& key,
                                  int prompt, int completion) {
    return span(trace, number, second,
                {{"session.id", key},
                 {"gen_ai.operation.name", "chat"},
                 {"gen_ai.usage.input_tokens", prompt},
                 {"gen_ai.usage.output_tokens", completion}});
}

}  // namespace spanreel::trace
