// SPDX-License-Identifier: Apache-2.0
// derive() against tests/reference/counting_reference.py, which shares nothing with it: random traces with missing
// parents, cycles and several versions of a span, in random order, batches and repetition. SPANREEL_PROPERTY_CASES
// sets how many traces, SPANREEL_PROPERTY_SEED the first.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "base/encoding.hpp"
#include "trace/derive.hpp"
#include "trace/facts_codec.hpp"
#include "trace/test_plain_facts.hpp"

namespace spanreel::trace {
namespace {

namespace json = boost::json;

constexpr std::array<const char*, 4> kClasses = {"other", "model", "tool", "agent"};
constexpr std::array<const char*, 8> kKeyClasses = {
    "none", "metadata", "room", "conversation", "gen_ai_conversation", "traceloop", "session", "product"};
constexpr std::array<const char*, 3> kStatuses = {"unset", "ok", "error"};
constexpr std::array<const char*, 3> kSources = {"none", "reported", "computed"};

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}
    std::uint32_t below(std::uint32_t count) { return static_cast<std::uint32_t>(engine_() % count); }
    bool one_in(std::uint32_t count) { return below(count) == 0; }
    std::string text(std::string_view prefix, std::uint32_t count) {
        return one_in(2) ? std::string() : std::string(prefix) + std::to_string(below(count));
    }
    template <class Items>
    void shuffle(Items& items) {
        std::shuffle(items.begin(), items.end(), engine_);
    }

  private:
    std::mt19937_64 engine_;
};

SpanId id_of(std::uint32_t number) {
    std::array<std::uint8_t, 8> bytes{1, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(number)};
    return SpanId::from(bytes);
}

/// Mostly a forest; now and then a parent that is missing, the span itself, or anything at all.
SpanId parent_of(Dice& dice, std::uint32_t number, std::uint32_t count) {
    switch (dice.below(12)) {
        case 0: return {};
        case 1: return id_of(200 + dice.below(5));
        case 2: return id_of(dice.below(count));
        default: return number == 0 ? SpanId{} : id_of(dice.below(number));
    }
}

SpanFacts random_span(Dice& dice, std::uint32_t number, std::uint32_t count) {
    SpanFacts facts;
    facts.trace_id.bytes[0] = 1;
    facts.span_id = id_of(number);
    facts.parent_id = parent_of(dice, number, count);
    facts.start = from_unix_nanos(1'000 + dice.below(6));
    facts.end = facts.start + Nanos(dice.below(4));
    facts.content_size = dice.below(3);
    facts.status = static_cast<SpanStatus>(dice.one_in(4) ? dice.below(3) : 0);
    facts.span_class = static_cast<SpanClass>(dice.below(4));
    facts.name = "n" + std::to_string(number);
    facts.operation = dice.text("o", 3);
    facts.key_class = dice.one_in(3) ? static_cast<KeyClass>(dice.below(8)) : KeyClass::none;
    if (facts.key_class != KeyClass::none) facts.session_key = "k" + std::to_string(dice.below(4));
    facts.session_id = dice.text("s", 3);
    facts.conversation_id = dice.text("c", 3);
    facts.project = dice.text("p", 3);
    facts.user = dice.text("u", 4);
    for (std::uint32_t i = dice.below(4); i > 0; --i) facts.tags.push_back("t" + std::to_string(dice.below(30)));
    facts.provider = dice.text("v", 3);
    facts.request_model = dice.text("m", 4);
    facts.response_model = dice.text("r", 4);
    if (dice.one_in(2))
        facts.usage = dice.one_in(6) ? Usage{} : Usage{dice.below(9), dice.below(9), 1, dice.below(9), dice.below(9),
                                                       dice.below(9), dice.below(9)};
    if (dice.one_in(2))
        facts.cost = {static_cast<CostSource>(dice.below(3)), dice.below(50), dice.below(50), dice.below(99), 0};
    facts.stream_session = dice.text("x", 3);
    facts.title = dice.text("i", 3);
    facts.client = dice.text("l", 3);
    facts.repo = dice.text("g", 3);
    return facts;
}

/// All versions of all spans; digests differ, as they do between different bytes.
std::vector<SpanFacts> random_trace(std::uint64_t seed) {
    Dice dice(seed);
    std::uint32_t count = 1 + dice.below(dice.one_in(4) ? 40 : 12);
    std::vector<SpanFacts> spans;
    for (std::uint32_t number = 0; number < count; ++number)
        for (std::uint32_t versions = dice.one_in(5) ? 1 + dice.below(3) : 1; versions > 0; --versions) {
            spans.push_back(random_span(dice, number, count));
            spans.back().content_digest = static_cast<std::uint32_t>(spans.size()) * 2'654'435'761u;
        }
    return spans;
}

std::string hex(const SpanId& id) { return to_hex(id.view()); }

template <std::size_t Count>
json::array numbers(const std::array<std::int64_t, Count>& values) {
    return json::array(values.begin(), values.end());
}

json::array buckets(const Usage& usage) {
    return numbers<7>({usage.input_fresh, usage.cache_read, usage.cache_write, usage.audio_in, usage.output_text,
                       usage.reasoning, usage.audio_out});
}

json::object to_json(const SpanFacts& facts) {
    json::object span{{"id", hex(facts.span_id)},
                      {"parent", hex(facts.parent_id)},
                      {"start", to_unix_nanos(facts.start)},
                      {"end", to_unix_nanos(facts.end)},
                      {"size", facts.content_size},
                      {"digest", facts.content_digest},
                      {"status", kStatuses[static_cast<std::size_t>(facts.status)]},
                      {"class", kClasses[static_cast<std::size_t>(facts.span_class)]},
                      {"name", facts.name},
                      {"operation", facts.operation},
                      {"key_class", kKeyClasses[static_cast<std::size_t>(facts.key_class)]},
                      {"session_key", facts.session_key},
                      {"session_id", facts.session_id},
                      {"conversation_id", facts.conversation_id},
                      {"project", facts.project},
                      {"user", facts.user},
                      {"tags", json::array(facts.tags.begin(), facts.tags.end())},
                      {"provider", facts.provider},
                      {"request_model", facts.request_model},
                      {"response_model", facts.response_model},
                      {"usage", nullptr},
                      {"cost_source", kSources[static_cast<std::size_t>(facts.cost.source)]},
                      {"cost", numbers<3>({facts.cost.input, facts.cost.output, facts.cost.total})},
                      {"stream_session", facts.stream_session},
                      {"title", facts.title},
                      {"client", facts.client},
                      {"repo", facts.repo}};
    if (facts.usage) span["usage"] = buckets(*facts.usage);
    return span;
}

json::array to_json(const std::vector<Observed>& values) {
    json::array list;
    for (const Observed& value : values)
        list.push_back({{"value", value.value}, {"first", to_unix_nanos(value.first)}, {"by", hex(value.by)}});
    return list;
}

json::object to_json(const TraceRollup& rollup) {
    auto money = [](PicoUsd amount) { return static_cast<std::int64_t>(amount); };
    return {{"started_at", to_unix_nanos(rollup.started_at)},
            {"ended_at", to_unix_nanos(rollup.ended_at)},
            {"span_count", rollup.span_count},
            {"error_count", rollup.error_count},
            {"counted_count", rollup.counted_count},
            {"unpriced_count", rollup.unpriced_count},
            {"usage", buckets(rollup.usage)},
            {"cost", numbers<3>({money(rollup.cost.input), money(rollup.cost.output), money(rollup.cost.total)})},
            {"key_class", kKeyClasses[static_cast<std::size_t>(rollup.key_class)]},
            {"session_key", rollup.session_key},
            {"root", hex(rollup.root)},
            {"name", rollup.name},
            {"operation", rollup.operation},
            {"status", kStatuses[static_cast<std::size_t>(rollup.status)]},
            {"users", to_json(rollup.users)},
            {"tags", to_json(rollup.tags)},
            {"models", json::array(rollup.models.begin(), rollup.models.end())},
            {"providers", json::array(rollup.providers.begin(), rollup.providers.end())},
            {"session_id", rollup.session_id},
            {"conversation_id", rollup.conversation_id},
            {"project", rollup.project},
            {"stream_session", rollup.stream_session},
            {"title", rollup.title},
            {"client", rollup.client},
            {"repo", rollup.repo}};
}

/// As a recorder does: batches with repetitions, one version kept of each span, derived anew after each batch.
TraceRollup derive_in_batches(Dice& dice, std::vector<SpanFacts> spans) {
    for (std::uint32_t repeats = dice.below(4); repeats > 0; --repeats)
        spans.push_back(spans[dice.below(static_cast<std::uint32_t>(spans.size()))]);
    dice.shuffle(spans);
    std::map<SpanId, SpanFacts> kept;
    TraceRollup rollup;
    for (std::size_t i = 0; i < spans.size();) {
        for (std::size_t end = std::min<std::size_t>(spans.size(), i + 1 + dice.below(6)); i < end; ++i) {
            std::string bytes;
            encode_facts(spans[i], spans[i].name, bytes);
            const SpanFacts stored = decode_facts(bytes, plain_part(spans[i])).value();
            auto [at, added] = kept.try_emplace(stored.span_id, stored);
            if (!added && supersedes(stored, at->second)) at->second = stored;
        }
        std::vector<const SpanFacts*> present;
        for (const auto& [id, facts] : kept) present.push_back(&facts);
        dice.shuffle(present);
        rollup = derive(std::span<const SpanFacts* const>(present));
    }
    return rollup;
}

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class Scratch {
  public:
    Scratch()
        : path_(std::filesystem::temp_directory_path() /
                ("spanreel-counting-" + std::to_string(std::random_device{}()))) {
        std::filesystem::create_directory(path_);
    }
    ~Scratch() { std::filesystem::remove_all(path_); }
    std::string file(const char* name) const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
};

std::int64_t usage_said_to_count(const std::vector<SpanFacts>& spans) {
    std::vector<const SpanFacts*> pointers;
    for (const SpanFacts& facts : spans) pointers.push_back(&facts);
    const std::vector<SpanCounting> counting = counting_of(pointers);
    std::int64_t total = 0;
    for (std::size_t i = 0; i < spans.size(); ++i)
        if (counting[i].usage == Counting::counted) total += spans[i].usage->total();
    return total;
}

TEST(DeriveProperty, AgreesWithTheReferenceInAnyOrderBatchingAndRepetition) {
    std::uint64_t cases = setting("SPANREEL_PROPERTY_CASES", 1'500), first = setting("SPANREEL_PROPERTY_SEED", 1);
    Scratch scratch;
    {
        std::ofstream out(scratch.file("cases"));
        for (std::uint64_t seed = first; seed < first + cases; ++seed) {
            json::array spans;
            for (const SpanFacts& facts : random_trace(seed)) spans.push_back(to_json(facts));
            out << json::serialize(spans) << '\n';
        }
    }
    std::string command = std::string("/usr/bin/python3 ") + SPANREEL_SOURCE_DIR +
                          "/tests/reference/counting_reference.py <" + scratch.file("cases") + " >" +
                          scratch.file("rollups");
    ASSERT_EQ(std::system(command.c_str()), 0);

    std::ifstream in(scratch.file("rollups"));
    std::string line;
    for (std::uint64_t seed = first; seed < first + cases; ++seed) {
        ASSERT_TRUE(std::getline(in, line)) << "the reference stopped before seed " << seed;
        json::value expected = json::parse(line);
        std::vector<SpanFacts> spans = random_trace(seed);
        Dice dice(seed ^ 0xABCDEF);
        dice.shuffle(spans);
        TraceRollup rollup = derive(spans);
        ASSERT_EQ(json::value(to_json(rollup)), expected) << "seed " << seed;
        ASSERT_EQ(derive_in_batches(dice, spans), rollup) << "seed " << seed;
        ASSERT_EQ(usage_said_to_count(spans), rollup.usage.total()) << "seed " << seed;
    }
}

}  // namespace
}  // namespace spanreel::trace
