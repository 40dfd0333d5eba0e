// SPDX-License-Identifier: Apache-2.0
#include "otlp/log_decode.hpp"

#include <gtest/gtest.h>

#include "otlp/json.hpp"
#include "otlp/log_request_builder.hpp"

namespace spanreel::otlp {
namespace {

LogBatch decoded(const std::string& body, const Limits& limits = {}) {
    LogBatch batch;
    auto done = decode_logs(body, limits, batch);
    EXPECT_TRUE(done) << (done ? "" : done.error().message);
    return batch;
}

TEST(LogDecode, ReadsAllOfARecord) {
    LogInput input{.span_id = "12345678",
                   .time = 5,
                   .observed = 6,
                   .severity_number = 17,
                   .severity_text = "ERROR",
                   .body = "said",
                   .attributes = {{"k", "v"}},
                   .dropped_attributes = 3,
                   .flags = 1,
                   .event_name = "e"};
    LogBatch batch = decoded(encode_logs({input}));
    ASSERT_EQ(batch.records.size(), 1u);
    const LogView& log = batch.records[0];
    EXPECT_EQ(log.trace_id.bytes.back(), 1);
    EXPECT_EQ(as_text(log.span_id.view()), "12345678");
    EXPECT_EQ(log.time, from_unix_nanos(5));
    EXPECT_EQ(log.observed, from_unix_nanos(6));
    EXPECT_EQ(log.severity_number, 17);
    EXPECT_EQ(log.severity_text, "ERROR");
    EXPECT_EQ(log.body.data, "said");
    EXPECT_EQ(log.dropped_attributes, 3u);
    EXPECT_EQ(log.flags, 1u);
    EXPECT_EQ(log.event_name, "e");
    EXPECT_EQ(log.attributes().begin()->key, "k");
    EXPECT_EQ(batch.sources.size(), 1u);
    EXPECT_EQ(parse_log(log.raw)->body.data, "said");
}

TEST(LogDecode, ReadsNoTimeAndNoSpanFromZeros) {
    const LogBatch batch = decoded(encode_logs({{.span_id = std::string(8, '\0')}}));
    EXPECT_FALSE(batch.records.at(0).time);
    EXPECT_FALSE(batch.records.at(0).observed);
    EXPECT_TRUE(batch.records.at(0).span_id.empty());
}

TEST(LogDecode, TakesOnlyRecordsOfTraces) {
    LogBatch batch = decoded(encode_logs({{.trace_id = ""},
                                          {.trace_id = std::string(16, '\0')},
                                          {.trace_id = "short"},
                                          {.span_id = "odd"},
                                          {.body = "kept"}}));
    ASSERT_EQ(batch.records.size(), 1u);
    EXPECT_EQ(batch.records[0].source, 0u);
    EXPECT_EQ(batch.rejected_count(), 4u);
    EXPECT_EQ(batch.rejected_message(),
              "3 log records with no valid trace id (16 bytes, not all zero): only logs of traces are kept, "
              "1 log record with an invalid span id (none, 8 or 16 bytes)");
    EXPECT_EQ(decoded(encode_logs({{.trace_id = ""}})).sources.size(), 0u);
}

TEST(LogDecode, CutsWhatIsOverALimit) {
    const Limits limits{.attribute_bytes = 8, .attributes = 1};
    LogBatch batch = decoded(encode_logs({{.body = "a long text", .attributes = {{"k", "v"}, {"l", "w"}}}}), limits);
    const LogView log = parse_log(batch.records.at(0).raw).value();
    EXPECT_EQ(log.body.data, "a long t");
    std::vector<std::string> keys, cuts;
    for (const Attribute& attribute : log.attributes()) {
        keys.emplace_back(attribute.key);
        for (const Value& cut : elements(attribute.value)) cuts.emplace_back(cut.data);
    }
    EXPECT_EQ(keys, (std::vector<std::string>{"k", "spanreel.truncated"}));
    EXPECT_EQ(cuts, (std::vector<std::string>{"body", "attributes: 1 of 2 kept"}));
}

TEST(LogDecode, RefusesTooManyRecords) {
    LogBatch batch;
    const auto done = decode_logs(encode_logs({{}, {}, {}}), {.spans = 2}, batch);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::too_large);
    EXPECT_TRUE(batch.records.empty());
    EXPECT_TRUE(decode_logs(encode_logs({{}, {}}), {.spans = 2}, batch));
}

TEST(LogDecode, RefusesWhatIsMalformed) {
    const std::string whole = encode_logs({{.body = "b", .attributes = {{"k", "v"}}}});
    for (std::size_t size = 1; size < whole.size(); ++size) {
        LogBatch batch;
        const auto done = decode_logs(whole.substr(0, size), {}, batch);
        ASSERT_FALSE(done) << size;
        EXPECT_EQ(done.error().code, Code::invalid);
    }
    EXPECT_EQ(parse_log("\x0a").error().code, Code::corrupt);
    EXPECT_EQ(parse_log("").error().code, Code::corrupt) << "no trace id";
}

TEST(LogDecode, ReadsJson) {
    const auto body = protobuf_from_json(
        R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"0102030405060708090a0b0c0d0e0f10",)"
        R"("spanId":"0102030405060708","timeUnixNano":"5","severityNumber":"SEVERITY_NUMBER_WARN2","body":)"
        R"({"stringValue":"b"},"flags":1,"eventName":"e","observedTimeUnixNano":6}]}]}]})",
        Signal::logs);
    ASSERT_TRUE(body);
    const LogBatch batch = decoded(*body);
    ASSERT_EQ(batch.records.size(), 1u);
    EXPECT_EQ(batch.records[0].severity_number, 14);
    EXPECT_EQ(batch.records[0].body.data, "b");
    EXPECT_EQ(batch.records[0].observed, from_unix_nanos(6));
    EXPECT_TRUE(decoded(protobuf_from_json(R"({"resourceSpans":[{}]})", Signal::logs).value()).records.empty());
}

}  // namespace
}  // namespace spanreel::otlp
