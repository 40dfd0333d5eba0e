// SPDX-License-Identifier: Apache-2.0
#include "otlp/json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>
#include <protozero/pbf_writer.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>
#include <limits>
#include <optional>

#include "base/encoding.hpp"
#include "otlp/json_schema.hpp"

namespace spanreel::otlp {
namespace {

namespace json = boost::json;
using protozero::pbf_writer;

constexpr std::uint32_t kDoubleValue = 4;  // of AnyValue

struct EnumName {
    std::string_view name;
    int number;
};
constexpr EnumName kSpanKinds[] = {{"SPAN_KIND_INTERNAL", 1},
                                   {"SPAN_KIND_SERVER", 2},
                                   {"SPAN_KIND_CLIENT", 3},
                                   {"SPAN_KIND_PRODUCER", 4},
                                   {"SPAN_KIND_CONSUMER", 5}};
constexpr EnumName kStatusCodes[] = {{"STATUS_CODE_OK", 1}, {"STATUS_CODE_ERROR", 2}};
constexpr EnumName kSeverities[] = {
    {"SEVERITY_NUMBER_TRACE", 1},   {"SEVERITY_NUMBER_TRACE2", 2},  {"SEVERITY_NUMBER_TRACE3", 3},
    {"SEVERITY_NUMBER_TRACE4", 4},  {"SEVERITY_NUMBER_DEBUG", 5},   {"SEVERITY_NUMBER_DEBUG2", 6},
    {"SEVERITY_NUMBER_DEBUG3", 7},  {"SEVERITY_NUMBER_DEBUG4", 8},  {"SEVERITY_NUMBER_INFO", 9},
    {"SEVERITY_NUMBER_INFO2", 10},  {"SEVERITY_NUMBER_INFO3", 11},  {"SEVERITY_NUMBER_INFO4", 12},
    {"SEVERITY_NUMBER_WARN", 13},   {"SEVERITY_NUMBER_WARN2", 14},  {"SEVERITY_NUMBER_WARN3", 15},
    {"SEVERITY_NUMBER_WARN4", 16},  {"SEVERITY_NUMBER_ERROR", 17},  {"SEVERITY_NUMBER_ERROR2", 18},
    {"SEVERITY_NUMBER_ERROR3", 19}, {"SEVERITY_NUMBER_ERROR4", 20}, {"SEVERITY_NUMBER_FATAL", 21},
    {"SEVERITY_NUMBER_FATAL2", 22}, {"SEVERITY_NUMBER_FATAL3", 23}, {"SEVERITY_NUMBER_FATAL4", 24}};

template <class Number>
std::optional<Number> number_from_text(std::string_view text) {
    Number number{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return number;
}

std::optional<double> real_from_text(std::string_view text) {
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
    return number_from_text<double>(text);
}

/// The bits of an integer as a varint carries them; nothing for a fraction or what 64 bits cannot hold.
std::optional<std::uint64_t> bits_from_real(double real) {
    if (real != std::floor(real) || real < -0x1p63 || real >= 0x1p64) return std::nullopt;
    return real < 0 ? static_cast<std::uint64_t>(static_cast<std::int64_t>(real)) : static_cast<std::uint64_t>(real);
}

std::optional<std::uint64_t> bits_from_text(std::string_view text) {
    if (auto number = number_from_text<std::uint64_t>(text)) return number;
    if (auto number = number_from_text<std::int64_t>(text)) return static_cast<std::uint64_t>(*number);
    if (auto number = number_from_text<double>(text)) return bits_from_real(*number);
    return std::nullopt;
}

/// The bytes of an id; empty when it is not hex, so that its span alone is rejected.
std::string id_from_text(std::string text) {
    std::erase(text, '-');
    return from_hex(text).value_or(std::string());
}

/// Standard and URL-safe alphabets, as protobuf's JSON mapping asks.
std::optional<std::string> bytes_from_text(std::string text) {
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    auto bytes = from_base64(text);
    if (!bytes) return std::nullopt;
    return std::move(*bytes);
}

/// Takes the parser's events and writes protobuf; one frame per open object.
class Transcoder {
  public:
    static constexpr std::size_t max_array_size = -1;
    static constexpr std::size_t max_object_size = -1;
    static constexpr std::size_t max_string_size = -1;
    static constexpr std::size_t max_key_size = -1;

    /// `request`: what the outermost object is.
    explicit Transcoder(const JsonMessage& request) : request_(request) {}
    /// A writer must close before its parent; after an error some are open.
    ~Transcoder() {
        while (!frames_.empty()) frames_.pop_back();
    }

    std::string& out() { return out_; }
    const std::string& problem() const { return problem_; }

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code& ec) {
        return started_ || fail_with("The request must be a JSON object", ec);
    }

    bool on_object_begin(json::error_code& ec) {
        if (skipping_ > 0) return skip_one();
        if (frames_.empty()) {
            started_ = true;
            frames_.emplace_back(&request_, pbf_writer(out_), 0);
            return true;
        }
        Frame& parent = frames_.back();
        if (parent.field == nullptr) return skip_one();
        if (parent.field->type != JsonType::message) return wrong_type(ec);
        bool value = parent.field->message == &kAnyValue;
        if (value && nesting_ == kMaxJsonValueNesting) return skip_one();
        nesting_ += value ? 1 : 0;
        std::size_t before = out_.size();
        frames_.emplace_back(parent.field->message, pbf_writer(parent.writer, parent.field->number), before);
        return true;
    }

    bool on_object_end(std::size_t, json::error_code&) {
        if (skipping_ > 0) return leave_one();
        if (frames_.back().message == &kAnyValue) --nesting_;
        std::size_t before = frames_.back().before;
        frames_.pop_back();
        // The writer drops messages without content, but an empty value in an array still holds a place.
        if (!frames_.empty() && out_.size() == before)
            frames_.back().writer.add_message(frames_.back().field->number, "", 0);
        return true;
    }

    bool on_array_begin(json::error_code& ec) {
        if (skipping_ > 0) return skip_one();
        if (frames_.empty()) return fail_with("The request must be a JSON object", ec);
        Frame& frame = frames_.back();
        if (frame.field == nullptr) return skip_one();
        const bool list = frame.field->type == JsonType::message || frame.field->repeated;
        if (!list || frame.array) return wrong_type(ec);
        frame.array = true;
        return true;
    }

    bool on_array_end(std::size_t, json::error_code&) {
        if (skipping_ > 0) return leave_one();
        frames_.back().array = false;
        return true;
    }

    bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return add_part(part); }
    bool on_key(json::string_view part, std::size_t, json::error_code&) {
        add_part(part);
        if (skipping_ == 0) frames_.back().field = find_field(*frames_.back().message, text_);
        text_.clear();
        return true;
    }

    bool on_string_part(json::string_view part, std::size_t, json::error_code&) { return add_part(part); }
    bool on_string(json::string_view part, std::size_t, json::error_code& ec) {
        add_part(part);
        bool ok = skipped_scalar() || write_text(ec);
        text_.clear();
        return ok;
    }

    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t number, json::string_view, json::error_code& ec) {
        return skipped_scalar() || write_number(static_cast<std::uint64_t>(number), static_cast<double>(number), ec);
    }
    bool on_uint64(std::uint64_t number, json::string_view, json::error_code& ec) {
        return skipped_scalar() || write_number(number, static_cast<double>(number), ec);
    }
    bool on_double(double number, json::string_view text, json::error_code& ec) {
        // The parser's value may be off in its last bits. The request is given at once, so the text is whole; a
        // number too large or too small for a double leaves the parser's infinity or zero.
        std::from_chars(text.data(), text.data() + text.size(), number);
        return skipped_scalar() || write_number(bits_from_real(number), number, ec);
    }
    bool on_bool(bool value, json::error_code& ec) {
        if (skipped_scalar()) return true;
        if (frames_.empty() || frames_.back().field->type != JsonType::boolean) return wrong_type(ec);
        frames_.back().writer.add_bool(frames_.back().field->number, value);
        return true;
    }
    bool on_null(json::error_code&) { return true; }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

  private:
    struct Frame {
        Frame(const JsonMessage* of, pbf_writer&& into, std::size_t size_before)
            : message(of), writer(std::move(into)), before(size_before) {}
        const JsonMessage* message;
        pbf_writer writer;
        std::size_t before;  ///< size of the output without this message
        const JsonField* field = nullptr;
        bool array = false;
    };

    bool skip_one() {
        ++skipping_;
        return true;
    }
    bool leave_one() {
        --skipping_;
        return true;
    }
    bool skipped_scalar() const { return skipping_ > 0 || (!frames_.empty() && frames_.back().field == nullptr); }
    bool add_part(json::string_view part) {
        if (skipping_ == 0) text_.append(part.data(), part.size());
        return true;
    }

    bool write_text(json::error_code& ec) {
        if (frames_.empty()) return wrong_type(ec);
        auto& [number, type] = target();
        pbf_writer& writer = frames_.back().writer;
        switch (type) {
            case JsonType::text: writer.add_string(number, text_); return true;
            case JsonType::hex: writer.add_bytes(number, id_from_text(text_)); return true;
            case JsonType::base64:
                if (auto bytes = bytes_from_text(text_)) {
                    writer.add_bytes(number, *bytes);
                    return true;
                }
                return wrong_type(ec);
            case JsonType::real:
                if (auto real = real_from_text(text_)) {
                    writer.add_double(number, *real);
                    return true;
                }
                return wrong_type(ec);
            case JsonType::span_kind: return write_enum(kSpanKinds, ec);
            case JsonType::status_code: return write_enum(kStatusCodes, ec);
            case JsonType::severity_number: return write_enum(kSeverities, ec);
            case JsonType::varint:
            case JsonType::fixed32:
            case JsonType::fixed64: return write_number(bits_from_text(text_), real_from_text(text_).value_or(NAN), ec);
            case JsonType::message:
            case JsonType::boolean: break;
        }
        return wrong_type(ec);
    }

    bool write_enum(std::span<const EnumName> names, json::error_code& ec) {
        auto known = std::ranges::find(names, text_, &EnumName::name);
        if (known != names.end()) return write_number(known->number, 0, ec);
        return write_number(bits_from_text(text_).value_or(0), 0, ec);
    }

    bool write_number(std::optional<std::uint64_t> bits, double real, json::error_code& ec) {
        if (frames_.empty()) return wrong_type(ec);
        auto& [number, type] = target();
        pbf_writer& writer = frames_.back().writer;
        if (type == JsonType::real) {
            writer.add_double(number, real);
            return true;
        }
        if (!bits && type == JsonType::varint && frames_.back().message == &kAnyValue && !std::isnan(real)) {
            // JavaScript calls every whole number an intValue, 1e300 too.
            writer.add_double(kDoubleValue, real);
            return true;
        }
        if (!bits) return wrong_type(ec);
        switch (type) {
            case JsonType::varint:
            case JsonType::span_kind:
            case JsonType::severity_number:
            case JsonType::status_code: writer.add_uint64(number, *bits); return true;
            case JsonType::fixed32: writer.add_fixed32(number, static_cast<std::uint32_t>(*bits)); return true;
            case JsonType::fixed64: writer.add_fixed64(number, *bits); return true;
            default: return wrong_type(ec);
        }
    }

    struct Target {
        std::uint32_t number;
        JsonType type;
    };
    const Target& target() {
        target_ = {frames_.back().field->number, frames_.back().field->type};
        return target_;
    }

    bool wrong_type(json::error_code& ec) {
        std::string path;
        for (const Frame& frame : frames_) {
            if (frame.field == nullptr) break;
            if (!path.empty()) path += '.';
            path += frame.field->name;
        }
        if (path.empty()) return fail_with("The request must be a JSON object", ec);
        return fail_with(fmt::format("{} has a value of the wrong type", path), ec);
    }

    bool fail_with(std::string problem, json::error_code& ec) {
        problem_ = std::move(problem);
        ec = json::error::exception;
        return false;
    }

    const JsonMessage& request_;
    std::string out_;
    std::deque<Frame> frames_;  // a deque: a writer points at its parent
    std::string text_;          // of a string or key that comes in parts
    std::size_t skipping_ = 0;  // open containers of an unknown field
    unsigned nesting_ = 0;      // open AnyValues
    bool started_ = false;
    Target target_{};
    std::string problem_;
};

json::parse_options parse_options() {
    json::parse_options options;
    options.max_depth = kMaxJsonDepth;
    options.allow_invalid_utf8 = true;  // as in protobuf: mended when shown
    return options;
}

std::optional<unsigned> utf16_escape(std::string_view text, std::size_t at) {
    if (text.size() - at < 6 || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
    unsigned unit = 0;
    auto [end, error] = std::from_chars(text.data() + at + 2, text.data() + at + 6, unit, 16);
    if (error != std::errc{} || end != text.data() + at + 6) return std::nullopt;
    return unit;
}

/// Writes U+FFFD over each escaped half of a surrogate pair that lacks the other: JavaScript sends such text when a
/// string was cut inside a character, and the parser refuses it.
std::string mend_surrogates(std::string_view text) {
    std::string mended(text);
    for (std::size_t i = 0; i + 1 < mended.size();) {
        if (mended[i] != '\\') {
            ++i;
            continue;
        }
        auto unit = utf16_escape(mended, i);
        if (!unit || (*unit & 0xF800) != 0xD800) {
            i += 2;
            continue;
        }
        auto next = i + 6 < mended.size() ? utf16_escape(mended, i + 6) : std::nullopt;
        if (*unit < 0xDC00 && next && (*next & 0xFC00) == 0xDC00) {
            i += 12;
            continue;
        }
        mended.replace(i, 6, "\\ufffd");
        i += 6;
    }
    return mended;
}

Result<std::string> transcode(std::string_view text, const JsonMessage& request) {
    json::basic_parser<Transcoder> parser(parse_options(), request);
    json::error_code ec;
    std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
    if (!ec && read < text.size()) ec = json::error::extra_data;
    if (!ec) return std::move(parser.handler().out());
    const std::string& problem = parser.handler().problem();
    if (!problem.empty()) return fail(Code::invalid, fmt::format("{} (at byte {})", problem, read));
    return fail(Code::invalid, fmt::format("Malformed JSON at byte {}: {}", read, ec.message()));
}

}  // namespace

Result<std::string> protobuf_from_json(std::string_view json, Signal signal) {
    const JsonMessage& schema = signal == Signal::logs ? kExportLogsRequest : kExportTraceRequest;
    try {
        auto request = transcode(json, schema);
        if (request) return request;
        std::string mended = mend_surrogates(json);
        return mended == json ? std::move(request) : transcode(mended, schema);
    } catch (const std::exception& error) {
        return fail(Code::internal, fmt::format("JSON parser: {}", error.what()));
    }
}

}  // namespace spanreel::otlp
