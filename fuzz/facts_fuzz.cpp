// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as stored span facts: what is taken must survive being written again.
#include "span_pipeline.hpp"
#include "trace/test_plain_facts.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace spanreel;
    SpanFacts plain;
    plain.trace_id.bytes[0] = 1;
    plain.span_id = SpanId::from(as_bytes("12345678"));
    const Result<SpanFacts> facts = trace::decode_facts({reinterpret_cast<const char*>(data), size}, plain);
    if (!facts) return 0;
    std::string bytes;
    trace::encode_facts(*facts, "", bytes);
    const Result<SpanFacts> again = trace::decode_facts(bytes, trace::plain_part(*facts));
    require(again && *again == *facts);
    (void)trace::derive(std::span(&*facts, 1));
    return 0;
}
