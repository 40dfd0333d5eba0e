// SPDX-License-Identifier: Apache-2.0
// Action Message Format 0 (Adobe amf0-file-format-specification, December 2007): the values in RTMP commands.
// Reading is bounded in depth, number of values and string length (limits.hpp); errors name the byte offset.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace spanreel::media::rtmp {

struct AmfUndefined {
    bool operator==(const AmfUndefined&) const = default;
};
struct AmfNull {
    bool operator==(const AmfNull&) const = default;
};
/// The zone that follows on the wire is reserved and always 0.
struct AmfDate {
    double unix_millis = 0;
    bool operator==(const AmfDate&) const = default;
};
struct AmfMember;
struct AmfValue;
/// Members in wire order; a name may repeat. Objects, typed objects and ECMA arrays all become this.
using AmfObject = std::vector<AmfMember>;
using AmfArray = std::vector<AmfValue>;

struct AmfValue {
    std::variant<AmfUndefined, AmfNull, bool, double, std::string, AmfDate, AmfObject, AmfArray> value;

    /// The value as T, or null when it is something else.
    template <class T>
    const T* as() const {
        return std::get_if<T>(&value);
    }
    /// The first member of that name; null for other names and for what is no object.
    const AmfValue* member(std::string_view name) const;
    bool operator==(const AmfValue&) const = default;
};

struct AmfMember {
    std::string name;
    AmfValue value;
    bool operator==(const AmfMember&) const = default;
};

/// All values of a message body, one after the other. Markers of no use in RTMP (references, movie clips, record
/// sets, AMF3 values) are `unsupported`.
Result<std::vector<AmfValue>> read_amf0(ByteView body);

/// Appends one value. A string over 65,535 bytes is written as a long string; member names are cut to that length.
void write_amf0(const AmfValue& value, std::string& out);

}  // namespace spanreel::media::rtmp
