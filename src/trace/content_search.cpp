// SPDX-License-Identifier: Apache-2.0
#include "trace/content_search.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <unordered_map>

#include "base/case_folding.hpp"
#include "base/json_string.hpp"
#include "trace/trace_reader.hpp"

namespace spanreel::trace {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kTracesAtOnce = 256;  ///< that are looked at between two looks at the clock
/// A shorter part of a text says too little to look for it first.
constexpr std::size_t kShortestProbe = 3;

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

void lower_ascii(std::string_view text, std::string& into) {
    into.assign(text);
    for (char& c : into) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view longest_ascii(std::string_view text) {
    std::string_view longest;
    for (auto from = text.begin(); from != text.end();) {
        from = std::find_if(from, text.end(), is_ascii);
        const auto end = std::find_if_not(from, text.end(), is_ascii);
        if (static_cast<std::size_t>(end - from) > longest.size()) longest = std::string_view(from, end);
        from = end;
    }
    return longest;
}

/// A text in one of the ways that it may be written, folded.
struct Needle {
    std::string folded;
    std::string probe;  ///< the part that is looked for in whole spans, in bytes; empty: none is long enough

    explicit Needle(std::string_view text) : folded(fold_case(text)), probe(longest_ascii(folded)) {
        if (probe.size() < kShortestProbe) probe.clear();
    }
    /// False only where the text is not. `lowered` is the span with its ASCII letters lowered.
    bool may_be_in(std::string_view span, std::string_view lowered) const {
        return probe.empty() ? fold_case(span).contains(folded) : lowered.contains(probe);
    }
};

/// As it is, and as JSON within a text has it: with characters beyond ASCII as they are, or as escapes.
std::vector<Needle> needles_of(const std::vector<std::string>& texts) {
    std::vector<Needle> needles;
    for (const std::string& text : texts) {
        std::string json, ascii;
        append_json_string(json, text);
        append_ascii_json_string(ascii, text);
        needles.emplace_back(text);
        const auto unquoted = [](std::string_view quoted) { return quoted.substr(1, quoted.size() - 2); };
        if (unquoted(json) != text) needles.emplace_back(unquoted(json));
        if (ascii != json) needles.emplace_back(unquoted(ascii));
    }
    return needles;
}

bool has_text(const otlp::Value& value, std::span<const Needle> needles) {
    if (value.type == otlp::ValueType::text) {
        const std::string folded = fold_case(value.data);
        return std::ranges::any_of(needles, [&](const Needle& needle) { return folded.contains(needle.folded); });
    }
    for (const otlp::Value& element : otlp::elements(value))
        if (has_text(element, needles)) return true;
    for (const otlp::Attribute& entry : otlp::entries(value))
        if (has_text(entry.value, needles)) return true;
    return false;
}

bool has_text(const otlp::SpanView& span, std::span<const Needle> needles) {
    if (has_text(otlp::Value{.type = otlp::ValueType::text, .data = span.status_message}, needles)) return true;
    for (const otlp::Attribute& attribute : span.attributes())
        if (has_text(attribute.value, needles)) return true;
    for (const otlp::EventView& event : span.events())
        for (const otlp::Attribute& attribute : event.attributes())
            if (has_text(attribute.value, needles)) return true;
    return false;
}

class ContentSearch {
  public:
    ContentSearch(const Recorder& recorder, const ContentTexts& texts) : recorder_(recorder) {
        for (const std::vector<std::string>& list : texts) lists_.push_back(needles_of(list));
    }

    /// Which of the traces have all texts.
    Result<std::vector<bool>> match(std::span<const store::TraceRow> rows) {
        SPANREEL_CHECK(look_through_frames(rows));
        std::vector<bool> matches(rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (!std::ranges::all_of(seen_[i], [](bool seen) { return seen; })) continue;
            SPANREEL_TRY(const std::vector<StoredSpan> spans, read_spans(recorder_, rows[i]));
            matches[i] = std::ranges::all_of(lists_, [&](const std::vector<Needle>& list) {
                return std::ranges::any_of(spans, [&](const StoredSpan& span) { return has_text(span.span, list); });
            });
        }
        return matches;
    }

  private:
    /// Notes which lists may be met by which trace. Each frame is read once for all traces in it.
    Result<void> look_through_frames(std::span<const store::TraceRow> rows) {
        std::map<store::FrameRef, std::vector<std::size_t>> frames;  // in the order of the tape
        for (std::size_t i = 0; i < rows.size(); ++i)
            for (const store::FrameRef& frame : rows[i].frames) frames[frame].push_back(i);
        seen_.assign(rows.size(), std::vector<bool>(lists_.size()));
        for (const auto& [where, traces] : frames) {
            SPANREEL_TRY(const std::string payload, recorder_.store().read(where));
            const auto frame = store::decode_frame(payload);
            if (frame) look_through(**frame, rows, traces);  // else damaged: its spans are missing in answers too
        }
        return {};
    }

    void look_through(const store::OwnedFrame& owned, std::span<const store::TraceRow> rows,
                      const std::vector<std::size_t>& traces) {
        lower_ascii(owned.bytes, lowered_);
        std::unordered_map<std::string_view, std::size_t> by_id;
        for (const std::size_t i : traces) by_id.emplace(as_text(rows[i].key.trace_id.view()), i);
        for (const store::FrameRecord& record : owned.frame.records) {
            std::string_view id;
            if (!otlp::MessageWalker(record.span, 1).next(id)) continue;
            const auto trace = by_id.find(id);
            if (trace == by_id.end()) continue;
            const auto offset = static_cast<std::size_t>(record.span.data() - owned.bytes.data());
            const std::string_view lowered = std::string_view(lowered_).substr(offset, record.span.size());
            for (std::size_t list = 0; list < lists_.size(); ++list)
                if (!seen_[trace->second][list])
                    seen_[trace->second][list] = std::ranges::any_of(
                        lists_[list], [&](const Needle& needle) { return needle.may_be_in(record.span, lowered); });
        }
    }

    const Recorder& recorder_;
    std::vector<std::vector<Needle>> lists_;
    std::vector<std::vector<bool>> seen_;  ///< by trace, by list
    std::string lowered_;
};

}  // namespace

Result<FoundTraces> find_by_content(const Recorder& recorder, const store::TraceQuery& query, const ContentTexts& texts,
                                    std::optional<store::TracePosition> after, std::size_t limit,
                                    std::chrono::milliseconds at_most) {
    const auto end = Clock::now() + at_most;
    ContentSearch search(recorder, texts);
    FoundTraces found;
    do {
        SPANREEL_TRY(std::vector<store::TraceRow> rows, recorder.ledger().find_traces(query, after, kTracesAtOnce));
        const bool last = rows.size() < kTracesAtOnce;
        SPANREEL_TRY(const std::vector<bool> matches, search.match(rows));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            after = store::TracePosition{rows[i].ended_at, rows[i].key.trace_id};
            if (!matches[i]) continue;
            found.rows.push_back(std::move(rows[i]));
            if (found.rows.size() < limit) continue;
            if (!last || i + 1 < rows.size()) found.behind = after;
            return found;
        }
        if (last) return found;
    } while (Clock::now() < end);
    found.behind = after;
    return found;
}

}  // namespace spanreel::trace
