// SPDX-License-Identifier: Apache-2.0
// AMF0 values from arbitrary bytes: what can be read must survive being written and read again. Written once more it
// is compared as bytes, because a number may be NaN.
#include <cstdlib>

#include "media/rtmp/amf0.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace spanreel;
    using namespace spanreel::media::rtmp;
    const auto values = read_amf0(ByteView(data, size));
    if (!values) return 0;
    std::string once;
    for (const AmfValue& value : *values) write_amf0(value, once);
    const auto again = read_amf0(as_bytes(once));
    if (!again) std::abort();
    std::string twice;
    for (const AmfValue& value : *again) write_amf0(value, twice);
    if (once != twice) std::abort();
    return 0;
}
