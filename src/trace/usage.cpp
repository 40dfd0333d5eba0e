// SPDX-License-Identifier: Apache-2.0
#include "trace/usage.hpp"

#include <algorithm>

namespace spanreel::trace {
namespace {

using Count = std::int64_t;

/// One side of a report: a whole and the details that are part of it or stand beside it.
struct Side {
    std::optional<Count> given;
    Count details = 0;
    /// The details cannot all be part of the whole.
    bool contradicts = false;

    bool may_include() const { return !contradicts; }
    bool may_stand_beside() const { return given && details > 0; }
    Count whole(bool beside) const { return given.value_or(details) + (beside ? details : 0); }
};

struct Reading {
    bool input_beside;
    bool output_beside;
};

std::optional<Reading> reading_by_total(const Side& input, const Side& output, Count total) {
    for (Reading reading : {Reading{false, false}, {true, false}, {false, true}, {true, true}}) {
        if (reading.input_beside ? !input.may_stand_beside() : !input.may_include()) continue;
        if (reading.output_beside ? !output.may_stand_beside() : !output.may_include()) continue;
        if (input.whole(reading.input_beside) + output.whole(reading.output_beside) == total) return reading;
    }
    return std::nullopt;
}

Count take(Count& rest, Count wanted) {
    Count taken = std::min(rest, wanted);
    rest -= taken;
    return taken;
}

}  // namespace

std::optional<Usage> normalise(const TokenReport& report) {
    Count cache_read = report.cache_read.value_or(0), cache_write = report.cache_write.value_or(0);
    Count audio_in = report.audio_in.value_or(0), audio_out = report.audio_out.value_or(0);
    Count reasoning = report.reasoning.value_or(0);
    // Audio may be cached too, so only the cache and the audio each by itself can contradict a prompt.
    Side input{report.prompt, cache_read + cache_write + audio_in,
               report.prompt && *report.prompt < std::max(cache_read + cache_write, audio_in)};
    Side output{report.completion, reasoning + audio_out,
                report.completion && *report.completion < std::max(reasoning, audio_out)};

    std::optional<Reading> reading;
    if (report.total) reading = reading_by_total(input, output, *report.total);
    bool fits = reading.has_value();
    if (!fits)
        reading =
            Reading{input.contradicts || (report.anthropic_native && input.may_stand_beside()), output.contradicts};
    Count prompt = input.whole(reading->input_beside);
    Count completion = output.whole(reading->output_beside);
    // A side that was not sent is what the total leaves for it.
    if (report.total && !fits) {
        if (!report.prompt)
            prompt = std::max(prompt, *report.total - completion);
        else if (!report.completion)
            completion = std::max(completion, *report.total - prompt);
    }

    Usage usage;
    usage.cache_read = take(prompt, cache_read);
    usage.cache_write = take(prompt, cache_write);
    usage.audio_in = take(prompt, audio_in);
    usage.input_fresh = std::min(prompt, kMaxSpanTokens);
    usage.reasoning = take(completion, reasoning);
    usage.audio_out = take(completion, audio_out);
    usage.output_text = std::min(completion, kMaxSpanTokens);
    if (usage.total() == 0) return std::nullopt;
    return usage;
}

}  // namespace spanreel::trace
