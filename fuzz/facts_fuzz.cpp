// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as stored span facts: what is taken must survive being written again.
#include "span_pipeline.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace spanreel;
    SpanFacts facts, again;
    if (!trace::decode_facts({reinterpret_cast<const char*>(data), size}, facts)) return 0;
    std::string bytes;
    trace::encode_facts(facts, bytes);
    require(trace::decode_facts(bytes, again).has_value() && again == facts);
    (void)trace::derive(std::span(&facts, 1));
    return 0;
}
