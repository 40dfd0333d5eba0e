// SPDX-License-Identifier: Apache-2.0
#include "store/frame.hpp"

#include <protozero/pbf_builder.hpp>
#include <zstd.h>

#include <memory>
#include <optional>
#include <unordered_map>

#include "base/field_reader.hpp"

namespace spanreel::store {

namespace {

enum class FrameField : protozero::pbf_tag_type {
    workspace = 1,
    received = 2,
    source = 3,
    record = 4,
    project_key = 5,
    project = 6
};
enum class SourceField : protozero::pbf_tag_type {
    resource = 1,
    resource_schema_url = 2,
    scope = 3,
    scope_schema_url = 4,
    resource_of = 5
};
enum class RecordField : protozero::pbf_tag_type { source = 1, span = 2, facts = 3 };

// On span text, level 2 gains 1 % of size for 25 % more time. A table of 2^11 entries, which leaves most of a core's
// first cache to the text, and matches of 5 bytes take a fifth off the time of level 1 as it is, for 3 % of size.
constexpr int kCompressionLevel = 1;
constexpr int kHashLog = 11;
constexpr int kMinMatch = 5;

struct ZstdContexts {
    ZSTD_CCtx* compress = ZSTD_createCCtx();
    ZSTD_DCtx* decompress = ZSTD_createDCtx();
    ZstdContexts() {
        ZSTD_CCtx_setParameter(compress, ZSTD_c_compressionLevel, kCompressionLevel);
        ZSTD_CCtx_setParameter(compress, ZSTD_c_hashLog, kHashLog);
        ZSTD_CCtx_setParameter(compress, ZSTD_c_minMatch, kMinMatch);
    }
    ZstdContexts(const ZstdContexts&) = delete;
    ZstdContexts& operator=(const ZstdContexts&) = delete;
    ~ZstdContexts() {
        ZSTD_freeCCtx(compress);
        ZSTD_freeDCtx(decompress);
    }
};

ZstdContexts& zstd() {
    thread_local ZstdContexts contexts;
    return contexts;
}

std::string_view to_view(protozero::data_view data) { return {data.data(), data.size()}; }
protozero::data_view to_data(std::string_view text) { return {text.data(), text.size()}; }

FrameSource read_source(protozero::data_view bytes, const std::vector<FrameSource>& before) {
    FrameSource source;
    for (FieldReader message(bytes); message.next();) {
        switch (static_cast<SourceField>(message.tag())) {
            case SourceField::resource: source.resource = to_view(message.get_view()); break;
            case SourceField::resource_schema_url: source.resource_schema_url = to_view(message.get_view()); break;
            case SourceField::scope: source.scope = to_view(message.get_view()); break;
            case SourceField::scope_schema_url: source.scope_schema_url = to_view(message.get_view()); break;
            case SourceField::resource_of:
                if (std::uint32_t other = message.get_uint32(); other < before.size()) {
                    source.resource = before[other].resource;
                    source.resource_schema_url = before[other].resource_schema_url;
                }
                break;
            default: message.skip();
        }
    }
    return source;
}

FrameRecord read_record(protozero::data_view bytes) {
    FrameRecord record;
    for (FieldReader message(bytes); message.next();) {
        switch (static_cast<RecordField>(message.tag())) {
            case RecordField::source: record.source = message.get_uint32(); break;
            case RecordField::span: record.span = to_view(message.get_view()); break;
            case RecordField::facts: record.facts = to_view(message.get_view()); break;
            default: message.skip();
        }
    }
    return record;
}

Frame read_frame(std::string_view bytes) {
    Frame frame;
    for (FieldReader message(to_data(bytes)); message.next();) {
        switch (static_cast<FrameField>(message.tag())) {
            case FrameField::workspace: frame.workspace = to_view(message.get_view()); break;
            case FrameField::received:
                frame.received = from_unix_nanos(static_cast<std::int64_t>(message.get_fixed64()));
                break;
            case FrameField::source: frame.sources.push_back(read_source(message.get_view(), frame.sources)); break;
            case FrameField::project_key: frame.project_key = message.get_bool(); break;
            case FrameField::project: frame.project = to_view(message.get_view()); break;
            case FrameField::record: frame.records.push_back(read_record(message.get_view())); break;
            default: message.skip();
        }
    }
    return frame;
}

/// Which earlier source views the same resource, by where it lies: OTLP groups scopes under one.
class ResourceTable {
  public:
    std::optional<std::uint32_t> find_or_add(const FrameSource& source) {
        std::uint32_t index = count_++;
        if (source.resource.empty()) return std::nullopt;
        auto [known, added] = first_.try_emplace(source.resource.data(), std::pair(index, source.resource.size()));
        if (added || known->second.second != source.resource.size()) return std::nullopt;
        return known->second.first;
    }

  private:
    std::unordered_map<const char*, std::pair<std::uint32_t, std::size_t>> first_;  ///< source and length
    std::uint32_t count_ = 0;
};

}  // namespace

Result<std::string> encode_frame(const Frame& frame) {
    std::string raw;
    protozero::pbf_builder<FrameField> builder(raw);
    builder.add_string(FrameField::workspace, to_data(frame.workspace));
    builder.add_fixed64(FrameField::received, static_cast<std::uint64_t>(to_unix_nanos(frame.received)));
    if (frame.project_key) builder.add_bool(FrameField::project_key, true);
    if (!frame.project.empty()) builder.add_string(FrameField::project, to_data(frame.project));
    ResourceTable resources;
    for (const FrameSource& source : frame.sources) {
        protozero::pbf_builder<SourceField> part(builder, FrameField::source);
        if (auto other = resources.find_or_add(source)) {
            part.add_uint32(SourceField::resource_of, *other);
        } else {
            part.add_bytes(SourceField::resource, to_data(source.resource));
            part.add_string(SourceField::resource_schema_url, to_data(source.resource_schema_url));
        }
        part.add_bytes(SourceField::scope, to_data(source.scope));
        part.add_string(SourceField::scope_schema_url, to_data(source.scope_schema_url));
    }
    for (const FrameRecord& record : frame.records) {
        protozero::pbf_builder<RecordField> part(builder, FrameField::record);
        part.add_uint32(RecordField::source, record.source);
        part.add_bytes(RecordField::span, to_data(record.span));
        part.add_bytes(RecordField::facts, to_data(record.facts));
    }
    if (raw.size() > kMaxFrameBytes)
        return fail(Code::too_large,
                    fmt::format("spans that belong together take {} bytes, more than the {} of a frame", raw.size(),
                                kMaxFrameBytes));
    std::string out(ZSTD_compressBound(raw.size()), '\0');
    std::size_t size = ZSTD_compress2(zstd().compress, out.data(), out.size(), raw.data(), raw.size());
    out.resize(size);  // cannot fail: the bound was reserved
    return out;
}

Result<std::unique_ptr<OwnedFrame>> decode_frame(std::string_view payload) {
    unsigned long long size = ZSTD_getFrameContentSize(payload.data(), payload.size());
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > kMaxFrameBytes)
        return fail(Code::corrupt, "frame has no valid zstd header");
    auto owned = std::make_unique<OwnedFrame>();
    owned->bytes.resize(size);
    std::size_t done = ZSTD_decompressDCtx(zstd().decompress, owned->bytes.data(), owned->bytes.size(), payload.data(),
                                           payload.size());
    if (ZSTD_isError(done) || done != size)
        return fail(Code::corrupt, fmt::format("frame does not decompress: {}", ZSTD_getErrorName(done)));
    try {
        owned->frame = read_frame(owned->bytes);
    } catch (const protozero::exception& error) {
        return fail(Code::corrupt, fmt::format("frame is not a message: {}", error.what()));
    }
    for (const FrameRecord& record : owned->frame.records)
        if (record.source >= owned->frame.sources.size())
            return fail(Code::corrupt,
                        fmt::format("frame record names source {} of {}", record.source, owned->frame.sources.size()));
    return owned;
}

}  // namespace spanreel::store
