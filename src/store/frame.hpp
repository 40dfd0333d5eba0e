// SPDX-License-Identifier: Apache-2.0
// A frame: spans, or log records, of one workspace that arrived together, as OTLP bytes with the facts made from them,
// compressed with zstd (RFC 8878). The byte table is in docs/format-tape.md. Pure functions; any thread.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace spanreel::store {

/// Spans are packed into frames of about this many bytes before compression.
inline constexpr std::size_t kFrameTarget = 64 * 1024;
/// A frame that claims to be larger than this is damaged, and none is made.
inline constexpr std::size_t kMaxFrameBytes = 256 * 1024 * 1024;

/// Where spans came from: OTLP messages Resource and InstrumentationScope as received. A resource that several sources
/// view is written once.
struct FrameSource {
    std::string_view resource;
    std::string_view resource_schema_url;
    std::string_view scope;
    std::string_view scope_schema_url;
};

struct FrameRecord {
    std::uint32_t source = 0;  ///< index into Frame::sources
    std::string_view span;     ///< OTLP message Span as received; in a log frame LogRecord
    std::string_view facts;    ///< trace::encode_facts; in a log frame empty
};

/// Views into bytes its owner keeps.
struct Frame {
    std::string_view workspace;
    Time received{};
    bool project_key = false;  ///< the key they came with has a project, which all of them name
    std::string_view project;  ///< of a log frame: the key's; empty: none
    std::vector<FrameSource> sources;
    std::vector<FrameRecord> records;
};

/// The compressed payload of a tape entry; `too_large` when decode_frame would refuse it.
Result<std::string> encode_frame(const Frame& frame);

/// A decoded frame together with the bytes its views point to.
struct OwnedFrame {
    std::string bytes;
    Frame frame;
};
/// `corrupt` with the offset of what does not fit.
Result<std::unique_ptr<OwnedFrame>> decode_frame(std::string_view payload);

}  // namespace spanreel::store
