// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as an ExportTraceServiceRequest, through mapping, counting and rendering. The first byte chooses
// between the default limits and ones so small that most spans are cut.
#include "span_pipeline.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace spanreel;
    if (size == 0) return 0;
    otlp::Limits limits;
    if (data[0] & 1) limits = {.spans = 50, .attribute_bytes = 16, .attributes = 3, .nesting = 2};
    otlp::Batch batch;
    auto result = otlp::decode(std::string(reinterpret_cast<const char*>(data + 1), size - 1), limits, batch);
    require(result || batch.spans.empty());
    if (result) run_pipeline(batch, limits);
    return 0;
}
