// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/recording_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "media/mp4/index_record.hpp"

namespace spanreel::media::mp4 {
namespace {

constexpr std::string_view kMagic = "SPRLIDX\x01";  // seven letters and the version
constexpr std::size_t kFrameBytes = 8;              // length and checksum before each record

}  // namespace

std::string index_header() { return std::string(kMagic); }

std::string encode_index_record(const IndexRecord& record) {
    const std::string body = encode_record_body(record);
    std::string bytes;
    ByteWriter out(bytes);
    out.u32le(static_cast<std::uint32_t>(body.size()));
    out.u32le(crc32c(as_bytes(body)));
    out.text(body);
    return bytes;
}

Result<std::optional<IndexRecord>> IndexReader::next() {
    const auto corrupt = [&](std::string_view what) {
        return fail(Code::corrupt, fmt::format("recording index: {} at byte {}", what, valid_length_));
    };
    if (valid_length_ == 0) {
        const std::size_t length = std::min(bytes_.size(), kMagic.size());
        if (as_text(bytes_.first(length)) != kMagic.substr(0, length)) return corrupt("foreign header");
        if (length < kMagic.size()) return std::nullopt;
        valid_length_ = kMagic.size();
    }
    ByteReader in(bytes_.subspan(valid_length_));
    const std::uint32_t length = in.u32le();
    const std::uint32_t checksum = in.u32le();
    const ByteView body = in.take(length);
    if (!in) return std::nullopt;
    if (length > kMaxIndexRecordBytes || crc32c(body) != checksum) {
        if (in.empty()) return std::nullopt;
        return corrupt("record with a wrong checksum");
    }
    auto record = decode_record_body(body);
    if (!record) return corrupt(record.error().message);
    valid_length_ += kFrameBytes + length;
    return std::optional(*std::move(record));
}

const Init* RecordingIndex::find_init(std::uint32_t number) const {
    const auto found = std::ranges::find(inits, number, &Init::number);
    return found == inits.end() ? nullptr : &*found;
}

RecordingIndex read_index(ByteView bytes) {
    RecordingIndex index;
    IndexReader reader(bytes);
    while (true) {
        auto record = reader.next();
        if (!record) {
            index.damage = std::move(record).error();
            break;
        }
        if (!*record) break;
        if (auto* init = std::get_if<Init>(&**record)) {
            index.inits.push_back(std::move(*init));
        } else if (auto* opened = std::get_if<SegmentOpened>(&**record)) {
            index.open = opened->info;
        } else {
            index.segments.push_back(std::get<Segment>(**std::move(record)));
            index.open.reset();
        }
    }
    index.valid_length = reader.valid_length();
    return index;
}

}  // namespace spanreel::media::mp4
