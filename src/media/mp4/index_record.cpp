// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/index_record.hpp"

#include <algorithm>
#include <utility>

namespace spanreel::media::mp4 {
namespace {

enum class RecordKind : std::uint8_t { init = 1, segment_opened = 2, segment = 3 };

constexpr std::uint8_t kDiscontinuity = 1;
constexpr std::uint8_t kIndependent = 2;

/// Times and sizes stay below this, so that sums of them do not overflow: 36 years of nanoseconds.
constexpr std::int64_t kLargestNumber = std::int64_t{1} << 60;

/// Zigzag: small magnitudes of both signs stay short.
std::uint64_t to_zigzag(std::int64_t value) {
    return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t from_zigzag(std::uint64_t value) { return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1)); }

class RecordWriter : public ByteWriter {
  public:
    using ByteWriter::ByteWriter;

    /// LEB128: seven bits a byte, low ones first.
    void number(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) u8(static_cast<std::uint8_t>(value | 0x80));
        u8(static_cast<std::uint8_t>(value));
    }
    void signed_number(std::int64_t value) { number(to_zigzag(value)); }
    void string(std::string_view value) {
        number(value.size());
        text(value);
    }
};

class RecordReader : public ByteReader {
  public:
    using ByteReader::ByteReader;

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint8_t byte = u8();
            value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if ((byte & 0x80) == 0) return value;
        }
        skip(left() + 1);  // longer than 64 bits: turns the reader false
        return 0;
    }
    std::int64_t signed_number() { return from_zigzag(number()); }
    std::uint32_t number32() { return static_cast<std::uint32_t>(number()); }
    std::string string() { return std::string(as_text(take(number()))); }
    /// A count of things that take at least one byte each.
    std::size_t count() {
        const std::uint64_t value = number();
        if (value <= left()) return value;
        skip(left() + 1);
        return 0;
    }
};

void encode(RecordWriter& out, const TrackConfig& config) {
    out.u8(static_cast<std::uint8_t>(config.kind));
    out.u8(static_cast<std::uint8_t>(config.codec));
    out.string(config.configuration);
    out.number(config.timescale);
    out.number(config.width);
    out.number(config.height);
    out.number(config.sample_rate);
    out.number(config.channels);
    out.string(config.codec_string);
}

TrackConfig decode_config(RecordReader& in) {
    TrackConfig config;
    config.kind = static_cast<TrackKind>(in.u8());
    config.codec = static_cast<Codec>(in.u8());
    config.configuration = in.string();
    config.timescale = in.number32();
    config.width = in.number32();
    config.height = in.number32();
    config.sample_rate = in.number32();
    config.channels = in.number32();
    config.codec_string = in.string();
    return config;
}

bool is_valid(const TrackConfig& config) {
    return config.kind <= TrackKind::audio && config.codec <= Codec::aac && config.timescale != 0 &&
           config.timescale <= kLargestTimescale;
}

void encode(RecordWriter& out, const SegmentInfo& info) {
    out.number(info.number);
    out.number(info.init);
    out.u8(
        static_cast<std::uint8_t>((info.discontinuity ? kDiscontinuity : 0) | (info.independent ? kIndependent : 0)));
    out.signed_number(info.anchor.media.count());
    out.signed_number(to_unix_nanos(info.anchor.wall));
    out.signed_number(info.anchor.publisher.count());
    out.number(static_cast<std::uint64_t>(info.duration.count()));
    out.number(info.size);
}

SegmentInfo decode_info(RecordReader& in) {
    SegmentInfo info;
    info.number = in.number();
    info.init = in.number32();
    const std::uint8_t flags = in.u8();
    info.discontinuity = (flags & kDiscontinuity) != 0;
    info.independent = (flags & kIndependent) != 0;
    info.anchor.media = Nanos(in.signed_number());
    info.anchor.wall = from_unix_nanos(in.signed_number());
    info.anchor.publisher = Nanos(in.signed_number());
    info.duration = Nanos(in.number());
    info.size = in.number();
    return info;
}

bool is_valid(const SegmentInfo& info) {
    const auto fits = [](std::int64_t value) { return value >= -kLargestNumber && value <= kLargestNumber; };
    return fits(info.anchor.media.count()) && fits(info.anchor.publisher.count()) && info.duration >= Nanos(0) &&
           fits(info.duration.count());
}

void encode(RecordWriter& out, const SampleTable& table) {
    out.u8(static_cast<std::uint8_t>(table.kind));
    out.number(table.timescale);
    out.signed_number(table.decode_start);
    out.number(table.chunks.size());
    std::uint64_t offset = 0;
    for (const Chunk& chunk : table.chunks) {
        out.number(chunk.offset - offset);
        out.number(chunk.sample_count);
        offset = chunk.offset;
    }
    out.number(table.samples.size());
    for (const Sample& sample : table.samples) out.number(std::uint64_t{sample.size} << 1 | sample.key);
    // Durations and composition offsets as runs: (count, value).
    for (auto run = table.samples.begin(); run != table.samples.end();) {
        const auto end = std::find_if(run, table.samples.end(),
                                      [&](const Sample& sample) { return sample.duration != run->duration; });
        out.number(static_cast<std::uint64_t>(end - run));
        out.number(run->duration);
        run = end;
    }
    for (auto run = table.samples.begin(); run != table.samples.end();) {
        const auto end = std::find_if(run, table.samples.end(), [&](const Sample& sample) {
            return sample.composition_offset != run->composition_offset;
        });
        out.number(static_cast<std::uint64_t>(end - run));
        out.signed_number(run->composition_offset);
        run = end;
    }
}

/// Calls `fill(sample, value)` for the runs that cover all samples; turns the reader false when they do not fit.
template <class Fill>
void decode_runs(RecordReader& in, std::vector<Sample>& samples, Fill fill) {
    for (std::size_t done = 0; done < samples.size() && in;) {
        const std::uint64_t count = in.number();
        const std::uint64_t value = in.number();
        if (count == 0 || count > samples.size() - done) return in.skip(in.left() + 1);
        for (const std::size_t end = done + count; done < end; ++done) fill(samples[done], value);
    }
}

SampleTable decode_table(RecordReader& in) {
    SampleTable table;
    table.kind = static_cast<TrackKind>(in.u8());
    table.timescale = in.number32();
    table.decode_start = in.signed_number();
    table.chunks.resize(in.count());
    std::uint64_t offset = 0;
    for (Chunk& chunk : table.chunks) {
        offset += in.number();
        chunk = {.offset = offset, .sample_count = in.number32()};
    }
    table.samples.resize(in.count());
    for (Sample& sample : table.samples) {
        const std::uint64_t value = in.number();
        sample.size = static_cast<std::uint32_t>(value >> 1);
        sample.key = (value & 1) != 0;
    }
    decode_runs(in, table.samples,
                [](Sample& sample, std::uint64_t value) { sample.duration = static_cast<std::uint32_t>(value); });
    decode_runs(in, table.samples, [](Sample& sample, std::uint64_t value) {
        sample.composition_offset = static_cast<std::int32_t>(from_zigzag(value));
    });
    return table;
}

bool is_valid(const SampleTable& table) {
    std::uint64_t samples = 0;
    for (const Chunk& chunk : table.chunks) samples += chunk.sample_count;
    return table.kind <= TrackKind::audio && samples == table.samples.size() && is_within_limits(table);
}

void encode(RecordWriter& out, const Init& init) {
    out.u8(static_cast<std::uint8_t>(RecordKind::init));
    out.number(init.number);
    out.number(init.tracks.size());
    for (const TrackConfig& track : init.tracks) encode(out, track);
}

Init decode_init(RecordReader& in) {
    Init init{.number = in.number32()};
    init.tracks.resize(in.count());
    for (TrackConfig& track : init.tracks) track = decode_config(in);
    return init;
}

void encode(RecordWriter& out, const SegmentOpened& opened) {
    out.u8(static_cast<std::uint8_t>(RecordKind::segment_opened));
    encode(out, opened.info);
}

void encode(RecordWriter& out, const Segment& segment) {
    out.u8(static_cast<std::uint8_t>(RecordKind::segment));
    encode(out, segment.info);
    out.number(segment.parts.size());
    for (const Part& part : segment.parts) {
        out.number(part.size << 1 | part.independent);
        out.number(static_cast<std::uint64_t>(part.duration.count()));
    }
    out.number(segment.tracks.size());
    for (const SampleTable& table : segment.tracks) encode(out, table);
}

Segment decode_segment(RecordReader& in) {
    Segment segment{.info = decode_info(in)};
    segment.parts.resize(in.count());
    std::uint64_t offset = 0;
    for (Part& part : segment.parts) {
        const std::uint64_t value = in.number();
        part = {.offset = offset, .size = value >> 1, .duration = Nanos(in.number()), .independent = (value & 1) != 0};
        offset += part.size;
    }
    segment.tracks.resize(std::min<std::size_t>(in.count(), 3));
    for (SampleTable& table : segment.tracks) table = decode_table(in);
    return segment;
}

/// At most one track of a kind, in file order.
template <class Tracks, class Kind>
bool is_ordered(const Tracks& tracks, Kind kind) {
    return std::ranges::adjacent_find(tracks, std::ranges::greater_equal(), kind) == tracks.end();
}

}  // namespace

std::string encode_record_body(const IndexRecord& record) {
    std::string body;
    RecordWriter out(body);
    std::visit([&](const auto& value) { encode(out, value); }, record);
    return body;
}

Result<IndexRecord> decode_record_body(ByteView body) {
    RecordReader in(body);
    const auto kind = static_cast<RecordKind>(in.u8());
    bool valid = false;
    IndexRecord record;
    if (kind == RecordKind::init) {
        Init init = decode_init(in);
        valid = std::ranges::all_of(init.tracks, [](const TrackConfig& track) { return is_valid(track); }) &&
                is_ordered(init.tracks, &TrackConfig::kind);
        record = std::move(init);
    } else if (kind == RecordKind::segment_opened) {
        const SegmentInfo info = decode_info(in);
        valid = is_valid(info);
        record = SegmentOpened{info};
    } else if (kind == RecordKind::segment) {
        Segment segment = decode_segment(in);
        valid = is_valid(segment.info) &&
                std::ranges::all_of(segment.tracks, [](const SampleTable& table) { return is_valid(table); }) &&
                is_ordered(segment.tracks, &SampleTable::kind);
        record = std::move(segment);
    }
    if (!in || !in.empty() || !valid) return fail(Code::corrupt, "malformed record");
    return record;
}

}  // namespace spanreel::media::mp4
