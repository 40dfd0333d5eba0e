// SPDX-License-Identifier: Apache-2.0
// What the index and the tape keep about sessions and traces: states, rollups and operations of arbitrary bytes.
#include <cstdint>

#include "trace/operation.hpp"
#include "trace/session_state.hpp"
#include "trace/state_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace spanreel;
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (auto operation = trace::decode_operation(bytes)) {
        std::string encoded = trace::encode_operation(*operation);
        auto again = trace::decode_operation(encoded);
        if (!again || trace::encode_operation(*again) != encoded) __builtin_trap();
    }
    if (auto rollup = trace::decode_rollup(bytes)) {
        std::string encoded = trace::encode_rollup(*rollup);
        auto again = trace::decode_rollup(encoded);
        if (!again || !(*again == *rollup)) __builtin_trap();
    }
    store::SessionRow row;
    row.state = bytes;
    if (auto state = trace::decode_state(row)) (void)trace::shown(*state);
    return 0;
}
