// SPDX-License-Identifier: Apache-2.0
// The baseline of bench/otlp: the same requests, decoded by the same decoder, without a network, into SQLite with a
// row a span, a row a trace that counts, and a durable commit a request. Usage: bench_otlp_baseline_sqlite FILE SPANS
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "otlp/decode.hpp"
#include "span_stream.hpp"

namespace {

using namespace spanreel;

constexpr const char* kSchema = R"(
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE spans (trace_id BLOB, span_id BLOB, parent_id BLOB, name TEXT, started_at INTEGER, ended_at INTEGER,
                        body BLOB);
    CREATE UNIQUE INDEX spans_by_id ON spans (trace_id, span_id);
    CREATE TABLE traces (trace_id BLOB PRIMARY KEY, started_at INTEGER, ended_at INTEGER, spans INTEGER) WITHOUT ROWID;
)";

void bind(SQLite::Statement& statement, int index, ByteView bytes) {
    statement.bindNoCopy(index, bytes.data(), static_cast<int>(bytes.size()));
}

void store(SQLite::Database& database, SQLite::Statement& put, SQLite::Statement& count, const otlp::Batch& batch) {
    SQLite::Transaction transaction(database);
    for (const otlp::SpanView& span : batch.spans) {
        bind(put, 1, span.trace_id.view());
        bind(put, 2, span.span_id.view());
        bind(put, 3, span.parent_id.view());
        put.bindNoCopy(4, std::string(span.name));
        put.bind(5, to_unix_nanos(span.start));
        put.bind(6, to_unix_nanos(span.end));
        put.bindNoCopy(7, span.raw.data(), static_cast<int>(span.raw.size()));
        put.exec();
        put.reset();
        bind(count, 1, span.trace_id.view());
        count.bind(2, to_unix_nanos(span.start));
        count.bind(3, to_unix_nanos(span.end));
        count.exec();
        count.reset();
    }
    transaction.commit();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    std::uint64_t requests = std::strtoull(argv[2], nullptr, 10) / bench::kSpansPerRequest;
    SQLite::Database database(argv[1], SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec(kSchema);
    SQLite::Statement put(database, "INSERT OR IGNORE INTO spans VALUES (?, ?, ?, ?, ?, ?, ?)");
    SQLite::Statement count(database,
                            "INSERT INTO traces VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET spans = spans + 1, "
                            "started_at = min(started_at, excluded.started_at), "
                            "ended_at = max(ended_at, excluded.ended_at)");
    bench::SpanStream spans(1, 0);
    otlp::Batch batch;
    std::chrono::duration<double> making{};
    auto begun = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < requests; ++i) {
        auto before = std::chrono::steady_clock::now();
        std::string body(spans.request(i));
        making += std::chrono::steady_clock::now() - before;
        if (!otlp::decode(std::move(body), {}, batch)) return 1;
        store(database, put, count, batch);
    }
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun - making;
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    auto sent = static_cast<double>(requests * bench::kSpansPerRequest);
    fmt::print("baseline_spans_per_second={:.0f}\nbaseline_bytes_per_span={:.0f}\n", sent / took.count(),
               static_cast<double>(std::filesystem::file_size(argv[1])) / sent);
}
