// SPDX-License-Identifier: Apache-2.0
#include "media/rtmp/amf0.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "media/rtmp/limits.hpp"

namespace spanreel::media::rtmp {
namespace {

/// Type markers, section 2.1.
enum Marker : std::uint8_t {
    kNumber = 0,
    kBoolean = 1,
    kString = 2,
    kObject = 3,
    kNull = 5,
    kUndefined = 6,
    kEcmaArray = 8,
    kObjectEnd = 9,
    kStrictArray = 10,
    kDate = 11,
    kLongString = 12,
    kUnsupported = 13,
    kXmlDocument = 15,
    kTypedObject = 16,
};

class AmfReader {
  public:
    explicit AmfReader(ByteView body) : reader_(body) {}

    bool empty() const { return reader_.empty(); }

    Result<AmfValue> value(unsigned depth = 0) {
        if (depth > kMaxAmfDepth) return bad("nested too deep");
        if (++values_ > kMaxAmfValues) return bad("too many values");
        const std::uint8_t marker = reader_.u8();
        if (!reader_) return cut_short();
        switch (marker) {
            case kNumber: return scalar(std::bit_cast<double>(reader_.u64be()));
            case kBoolean: return scalar(reader_.u8() != 0);
            case kNull: return scalar(AmfNull{});
            case kUndefined:
            case kUnsupported: return scalar(AmfUndefined{});
            case kString: return text(reader_.u16be());
            case kLongString:
            case kXmlDocument: return text(reader_.u32be());
            case kDate: return date();
            case kTypedObject: reader_.skip(reader_.u16be()); return object(depth);
            case kEcmaArray: reader_.skip(4); return object(depth);  // the count is only a hint
            case kObject: return object(depth);
            case kStrictArray: return array(depth);
            default: return fail(Code::unsupported, fmt::format("AMF0: marker {} at byte {}", marker, offset() - 1));
        }
    }

  private:
    std::size_t offset() const { return reader_.offset(); }
    std::unexpected<Error> bad(std::string_view what) const {
        return fail(Code::invalid, fmt::format("AMF0: {} at byte {}", what, offset()));
    }
    std::unexpected<Error> cut_short() const { return bad("cut short"); }

    template <class T>
    Result<AmfValue> scalar(T value) {
        if (!reader_) return cut_short();
        return AmfValue{value};
    }
    Result<AmfValue> date() {
        const AmfDate date{std::bit_cast<double>(reader_.u64be())};
        reader_.skip(2);
        return scalar(date);
    }
    Result<AmfValue> text(std::size_t size) {
        if (reader_ && size > kMaxAmfStringBytes) return bad("string too long");
        const ByteView bytes = reader_.take(size);
        if (!reader_) return cut_short();
        return AmfValue{std::string(as_text(bytes))};
    }
    Result<AmfValue> array(unsigned depth) {
        const std::uint32_t count = reader_.u32be();
        if (!reader_) return cut_short();
        AmfArray out;
        for (std::uint32_t i = 0; i < count; ++i) {
            SPANREEL_TRY(AmfValue element, value(depth + 1));
            out.push_back(std::move(element));
        }
        return AmfValue{std::move(out)};
    }
    Result<AmfValue> object(unsigned depth) {
        AmfObject out;
        while (true) {
            const std::size_t size = reader_.u16be();
            if (size > kMaxAmfStringBytes) return bad("member name too long");
            const ByteView name = reader_.take(size);
            if (!reader_) return cut_short();
            if (name.empty() && ends_here()) return AmfValue{std::move(out)};
            SPANREEL_TRY(AmfValue member, value(depth + 1));
            out.push_back({.name = std::string(as_text(name)), .value = std::move(member)});
        }
    }
    bool ends_here() {
        ByteReader ahead = reader_;
        if (ahead.u8() != kObjectEnd) return false;
        reader_ = ahead;
        return true;
    }

    ByteReader reader_;
    std::size_t values_ = 0;
};

struct AmfWriter {
    std::string& out;
    ByteWriter writer{out};

    void name(std::string_view text) {
        const std::string_view cut = text.substr(0, 0xFFFF);
        writer.u16be(static_cast<std::uint16_t>(cut.size()));
        writer.text(cut);
    }
    void operator()(AmfUndefined) { writer.u8(kUndefined); }
    void operator()(AmfNull) { writer.u8(kNull); }
    void operator()(bool value) {
        writer.u8(kBoolean);
        writer.u8(value ? 1 : 0);
    }
    void operator()(double value) {
        writer.u8(kNumber);
        writer.u64be(std::bit_cast<std::uint64_t>(value));
    }
    void operator()(const std::string& value) {
        if (value.size() <= 0xFFFF) {
            writer.u8(kString);
            name(value);
        } else {
            writer.u8(kLongString);
            writer.u32be(static_cast<std::uint32_t>(value.size()));
            writer.text(value);
        }
    }
    void operator()(AmfDate value) {
        writer.u8(kDate);
        writer.u64be(std::bit_cast<std::uint64_t>(value.unix_millis));
        writer.u16be(0);
    }
    void operator()(const AmfObject& value) {
        writer.u8(kObject);
        for (const AmfMember& member : value) {
            name(member.name);
            std::visit(*this, member.value.value);
        }
        name("");
        writer.u8(kObjectEnd);
    }
    void operator()(const AmfArray& value) {
        writer.u8(kStrictArray);
        writer.u32be(static_cast<std::uint32_t>(value.size()));
        for (const AmfValue& element : value) std::visit(*this, element.value);
    }
};

}  // namespace

const AmfValue* AmfValue::member(std::string_view name) const {
    const AmfObject* object = as<AmfObject>();
    if (object == nullptr) return nullptr;
    const auto found = std::ranges::find(*object, name, &AmfMember::name);
    return found == object->end() ? nullptr : &found->value;
}

Result<std::vector<AmfValue>> read_amf0(ByteView body) {
    AmfReader reader(body);
    std::vector<AmfValue> out;
    while (!reader.empty()) {
        SPANREEL_TRY(AmfValue value, reader.value());
        out.push_back(std::move(value));
    }
    return out;
}

void write_amf0(const AmfValue& value, std::string& out) { std::visit(AmfWriter{out}, value.value); }

}  // namespace spanreel::media::rtmp
