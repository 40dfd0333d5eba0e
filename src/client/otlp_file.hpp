// SPDX-License-Identifier: Apache-2.0
// Files of OTLP JSON (ExportTraceServiceRequest, opentelemetry-proto collector/trace/v1): one request, several behind
// each other, or one a line as the OpenTelemetry Collector's file exporter writes them; gzip is recognised. Takes the
// structure apart as far as single spans and leaves what is in them as it is: the server reads that.
// Holds what belongs to one resource, at most kMostHeldBytes with what each piece costs beside its text. One thread;
// waits for the disk.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace spanreel::client {

/// What the spans of one scope have in common, as JSON members: `"resource":{...},"schemaUrl":"..."`, which other
/// scopes share, and `"scope":{...},"schemaUrl":"..."`.
struct SpanSource {
    std::shared_ptr<const std::string> resource;
    std::string scope;
};

struct SpanText {
    std::shared_ptr<const SpanSource> source;
    std::string json;
    std::size_t line = 0;  ///< where it begins
};

inline constexpr std::size_t kMostHeldBytes = 64u << 20;
/// Of what a resource, or a scope, says of itself: it goes into each request with spans of it.
inline constexpr std::size_t kMostSourceBytes = 1u << 20;

class OtlpFile {
  public:
    using Sink = std::function<Result<void>(SpanText)>;

    /// `-` is standard input.
    static Result<OtlpFile> open(const std::string& name, std::size_t most_held_bytes = kMostHeldBytes);

    /// Reads the next request; false at the end of the file. `invalid` names the line that is none; skip_line() goes on
    /// behind it.
    Result<bool> next(const Sink& sink);
    void skip_line();

    std::size_t line() const;
    /// Of the file as it lies there.
    std::size_t bytes_read() const;

    class Reader;

  private:
    explicit OtlpFile(std::shared_ptr<Reader> reader) : reader_(std::move(reader)) {}
    std::shared_ptr<Reader> reader_;
};

}  // namespace spanreel::client
