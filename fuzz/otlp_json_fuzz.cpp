// SPDX-License-Identifier: Apache-2.0
// Arbitrary text as OTLP/JSON: what is taken must be well-formed protobuf, and goes on through the whole pipeline.
#include "otlp/json.hpp"
#include "span_pipeline.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace spanreel;
    auto body = otlp::protobuf_from_json({reinterpret_cast<const char*>(data), size});
    if (!body) return 0;
    otlp::Limits limits;
    otlp::Batch batch;
    require(otlp::decode(std::move(*body), limits, batch).has_value());
    run_pipeline(batch, limits);
    return 0;
}
