// SPDX-License-Identifier: Apache-2.0
// Writes the seeds of otlp_protobuf, otlp_json, otlp_json_writer, otlp_logs and facts under the folder named on the
// command line (fuzz/corpus).
#include <filesystem>
#include <fstream>

#include "otlp/json.hpp"
#include "otlp/request_builder.hpp"
#include "trace/conventions/mapping.hpp"
#include "trace/facts_codec.hpp"

namespace {

using namespace spanreel;

struct Seed {
    const char* name;
    const char* json;
};

constexpr Seed kSeeds[] =
    {
        {"genai_chat",
         R"({"resourceSpans":[{"resource":{"attributes":[{"key":"room_id","value":{"stringValue":"r"}}]},"scopeSpans":[{"scope":{"name":"anthropic","version":"1"},"spans":[
{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","parentSpanId":"0102030405060709","name":"chat","kind":3,"startTimeUnixNano":"1760000000000000000","endTimeUnixNano":"1760000001000000000","status":{"code":2,"message":"m"},
"attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"gen_ai.request.model","value":{"stringValue":"claude-sonnet-4-5"}},{"key":"gen_ai.usage.input_tokens","value":{"intValue":"100"}},{"key":"gen_ai.usage.output_tokens","value":{"doubleValue":20}},{"key":"gen_ai.usage.cache_read.input_tokens","value":{"stringValue":"30"}},{"key":"langfuse.trace.tags","value":{"stringValue":"[\"a\",\"b\"]"}}]}]}]}]})"},
        {"open_inference",
         R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","attributes":[{"key":"openinference.span.kind","value":{"stringValue":"LLM"}},{"key":"llm.token_count.prompt","value":{"intValue":7}},{"key":"llm.token_count.total","value":{"intValue":9}},{"key":"llm.cost.total","value":{"doubleValue":0.1}},{"key":"session.id","value":{"intValue":4}},{"key":"tag.tags","value":{"arrayValue":{"values":[{"stringValue":"t"}]}}},{"key":"metadata","value":{"stringValue":"{\"session_id\":\"s\"}"}}]}]}]}]})"},
        {"langfuse",
         R"({"resourceSpans":[{"scopeSpans":[{"scope":{"name":"langfuse-sdk"},"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","attributes":[{"key":"langfuse.observation.type","value":{"stringValue":"generation"}},{"key":"langfuse.observation.model.name","value":{"stringValue":"gpt-4o"}},{"key":"langfuse.observation.usage_details","value":{"stringValue":"{\"input\":6,\"input_cached_tokens\":4,\"output\":2,\"output_reasoning_tokens\":1,\"total\":13}"}},{"key":"langfuse.observation.cost_details","value":{"stringValue":"{\"input\":0.5,\"total\":1}"}}]}]}]}]})"},
        {"vercel",
         R"({"resourceSpans":[{"scopeSpans":[{"scope":{"name":"ai"},"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","attributes":[{"key":"ai.operationId","value":{"stringValue":"ai.generateText.doGenerate"}},{"key":"ai.model.id","value":{"stringValue":"gpt-4o"}},{"key":"ai.usage.inputTokens","value":{"intValue":7}},{"key":"ai.usage.cachedInputTokens","value":{"intValue":3}},{"key":"ai.usage.totalTokens","value":{"intValue":9}},{"key":"openai.response.service_tier","value":{"stringValue":"batch"}}]}]}]}]})"},
        {"others",
         R"({"resourceSpans":[{"scopeSpans":[{"scope":{"name":"pydantic-ai"},"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","attributes":[{"key":"agent_name","value":{"stringValue":"a"}},{"key":"logfire.msg","value":{"stringValue":"m"}},{"key":"traceloop.span.kind","value":{"stringValue":"tool"}},{"key":"langsmith.span.kind","value":{"stringValue":"llm"}},{"key":"orq.span_type","value":{"stringValue":"agent"}},{"key":"lk.function_tool.name","value":{"stringValue":"f"}},{"key":"tool.function_name","value":{"stringValue":"p"}},{"key":"llm.usage.prompt_tokens","value":{"intValue":5}}]}]}]}]})"},
        {"tree",
         R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"01","name":"bad"},{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060701","parentSpanId":"0102030405060702","attributes":[{"key":"gen_ai.agent.name","value":{"stringValue":"a"}},{"key":"orq.billing.total_cost","value":{"doubleValue":1.5}}]},{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060702","parentSpanId":"0102030405060701","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"gpt-4o"}},{"key":"gen_ai.usage.total_tokens","value":{"intValue":5}}]}]}]}]})"},
        {"values",
         R"({"resource_spans":[{"scope_spans":[{"spans":[{"trace_id":"01020304-0506-0708-090a-0b0c0d0e0f10","span_id":"0102030405060708090a0b0c0d0e0f10","attributes":[{"key":"m","value":{"kvlistValue":{"values":[{"key":"k","value":{"arrayValue":{"values":[{},{"boolValue":true},{"bytesValue":"aGk="},{"doubleValue":"NaN"}]}}}]}}}],"events":[{"name":"e","timeUnixNano":5,"attributes":[{"key":"x","value":{"stringValue":"a long text in an event \ud83d"}}]}],"links":[{"traceId":"00","spanId":"11","attributes":[]}],"kind":"SPAN_KIND_CLIENT","status":{"code":"STATUS_CODE_OK"},"unknown":[{"a":null}]}]}]}]})"},
};

constexpr Seed kLogSeeds[] = {
    {"chat_item",
     R"({"resourceLogs":[{"resource":{"attributes":[{"key":"room_id","value":{"stringValue":"r"}}]},"scopeLogs":[{"scope":{"name":"chat_history"},"logRecords":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","timeUnixNano":"1760000000000000000","observedTimeUnixNano":"1760000000000000001","severityNumber":9,"severityText":"INFO","body":{"stringValue":"chat item of some length"},"attributes":[{"key":"chat.item","value":{"kvlistValue":{"values":[{"key":"role","value":{"stringValue":"user"}}]}}}],"flags":1,"eventName":"e","droppedAttributesCount":2}]}]}]})"},
    {"rejected",
     R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"no trace"}},{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"01"},{"traceId":"0102030405060708090a0b0c0d0e0f10","body":{"kvlistValue":{"values":[{"key":"k","value":{"arrayValue":{"values":[{"intValue":1},{"boolValue":true}]}}}]}}}]}]},{"schemaUrl":"s","scopeLogs":[{"schemaUrl":"t","logRecords":[{"traceId":"1102030405060708090a0b0c0d0e0f10"}]}]}]})"},
};

void write(const std::filesystem::path& path, std::string_view bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    std::filesystem::path corpus = argv[1];
    for (const Seed& seed : kLogSeeds) {
        auto body = otlp::protobuf_from_json(seed.json, otlp::Signal::logs);
        if (!body) return 1;
        write(corpus / "otlp_logs" / seed.name, std::string(1, '\0') + *body);
        write(corpus / "otlp_logs" / (std::string(seed.name) + "_cut"), std::string(1, '\1') + *body);
    }
    for (const Seed& seed : kSeeds) {
        write(corpus / "otlp_json" / seed.name, seed.json);
        auto body = otlp::protobuf_from_json(seed.json);
        if (!body) return 1;
        for (const char* target : {"otlp_protobuf", "otlp_json_writer"}) {
            write(corpus / target / seed.name, std::string(1, '\0') + *body);
            write(corpus / target / (std::string(seed.name) + "_cut"), std::string(1, '\1') + *body);
        }
        otlp::Batch batch;
        if (!otlp::decode(*body, {}, batch)) return 1;
        std::string facts;
        trace::encode_facts(trace::map_batch(batch).at(0), "", facts);
        write(corpus / "facts" / seed.name, facts);
    }
}
