// SPDX-License-Identifier: Apache-2.0
#include "server/check.hpp"

#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "server/data_directory.hpp"
#include "store/embedded/embedded_span_store.hpp"
#include "trace/recorder.hpp"
#include "trace/state_codec.hpp"

namespace spanreel::server {

namespace {

constexpr std::size_t kMaxProblems = 1000;
constexpr std::chrono::minutes kDatabaseCheck{60};

/// An index made anew from the tape, in a directory that goes away with it.
class DerivedIndex {
  public:
    explicit DerivedIndex(const Path& root) : directory_(root / "check.tmp") { remove(); }
    ~DerivedIndex() {
        store_.reset();
        database_.reset();
        remove();
    }
    DerivedIndex(const DerivedIndex&) = delete;
    DerivedIndex& operator=(const DerivedIndex&) = delete;

    Result<void> derive(const Path& tape) {
        SPANREEL_CHECK(posix_file_system().create_directories(directory_));
        SPANREEL_TRY(database_, store::Database::open(directory_ / "derived.db"));
        SPANREEL_TRY(store_, store::EmbeddedSpanStore::open(posix_file_system(), tape, *database_));
        SPANREEL_TRY(auto recorder, trace::Recorder::start(*store_));
        return {};
    }
    store::EmbeddedSpanStore& store() { return *store_; }

  private:
    void remove() {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    Path directory_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<store::EmbeddedSpanStore> store_;
};

class Comparison {
  public:
    explicit Comparison(CheckReport& report) : report_(report) {}

    Result<void> compare(store::SpanStore& index, store::SpanStore& derived) {
        SPANREEL_CHECK(derived.each_trace([&](const store::TraceRow& row) -> Result<void> {
            ++report_.traces;
            SPANREEL_TRY(auto rollup, trace::decode_rollup(row.state));
            report_.spans += rollup.span_count;
            SPANREEL_TRY(auto stored, index.trace(row.key));
            compare_trace(row, stored);
            return {};
        }));
        SPANREEL_CHECK(index.each_trace([&](const store::TraceRow& row) -> Result<void> {
            SPANREEL_TRY(auto known, derived.trace(row.key));
            if (!known)
                problem(fmt::format("trace {} is in the index and not on the tape", to_hex(row.key.trace_id.view())));
            return {};
        }));
        SPANREEL_CHECK(derived.each_session([&](const store::SessionRow& row) -> Result<void> {
            ++report_.sessions;
            SPANREEL_TRY(auto stored, index.session(row.id));
            if (!stored)
                problem(fmt::format("session {} is missing in the index", row.id));
            else if (stored->state != row.state || stored->external_id != row.external_id ||
                     stored->project != row.project)
                problem(fmt::format(
                    "session {} differs: the index says {} traces, {} tokens, {} USD; the tape says {}, {}, {}", row.id,
                    stored->traces_count, stored->total_tokens, stored->total_cost, row.traces_count, row.total_tokens,
                    row.total_cost));
            return {};
        }));
        return index.each_session([&](const store::SessionRow& row) -> Result<void> {
            SPANREEL_TRY(auto known, derived.session(row.id));
            if (!known) problem(fmt::format("session {} is in the index and not on the tape", row.id));
            return {};
        });
    }

  private:
    void compare_trace(const store::TraceRow& row, const std::optional<store::TraceRow>& stored) {
        std::string id = to_hex(row.key.trace_id.view());
        if (!stored)
            problem(fmt::format("trace {} is missing in the index", id));
        else if (stored->state != row.state)
            problem(fmt::format("trace {}: its rollup differs from its spans", id));
        else if (stored->session != row.session || stored->project != row.project)
            problem(fmt::format("trace {} is bound to session \"{}\", its spans say \"{}\"", id, stored->session,
                                row.session));
        else if (stored->frames != row.frames)
            problem(fmt::format("trace {}: the index knows {} frames, the tape has {}", id, stored->frames.size(),
                                row.frames.size()));
    }
    void problem(std::string text) {
        if (report_.problems.size() < kMaxProblems) report_.problems.push_back(std::move(text));
    }

    CheckReport& report_;
};

}  // namespace

Result<CheckReport> check_data_directory(const Path& root) {
    if (!posix_file_system().exists(root / "spanreel.db"))
        return fail(Code::not_found, fmt::format("{} is not a data directory: it has no spanreel.db", root.string()));
    SPANREEL_TRY(auto data, DataDirectory::open(root, Ownership::exclusive));
    SPANREEL_TRY(auto index,
                 store::EmbeddedSpanStore::open(posix_file_system(), data->tape_directory(), data->database()));
    {
        SPANREEL_TRY(auto recovered, trace::Recorder::start(*index));
    }

    CheckReport report;
    if (Result<void> sound = data->database().check(kDatabaseCheck); !sound)
        report.problems.push_back(sound.error().message);
    DerivedIndex derived(data->root());
    SPANREEL_CHECK(derived.derive(data->tape_directory()));
    SPANREEL_CHECK(Comparison(report).compare(*index, derived.store()));
    for (std::string& text : derived.store().damage()) report.problems.push_back(std::move(text));
    return report;
}

}  // namespace spanreel::server
