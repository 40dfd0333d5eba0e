// SPDX-License-Identifier: Apache-2.0
#include "trace/content_search.hpp"

#include <gtest/gtest.h>

#include "trace/test_recorder.hpp"

namespace spanreel::trace {
namespace {

class ContentSearchTest : public RecorderTest {
  protected:
    ContentSearchTest() : recorder_(disk_, index()) {}

    /// A trace of one span, later ones ending later, with the attributes.
    void say(std::uint8_t trace, std::vector<otlp::AttributeInput> attributes) {
        recorder_.record({span(trace, 1, trace, std::move(attributes))});
    }
    /// The last byte of the ids that are found.
    std::string found(const ContentTexts& texts, std::size_t limit = 100) {
        return shown(find_by_content(*recorder_, {.workspace = "w"}, texts, {}, limit));
    }
    static std::string shown(const Result<FoundTraces>& page) {
        EXPECT_TRUE(page) << page.error().message;
        std::string text;
        for (const store::TraceRow& row : page->rows) text += fmt::format("{} ", row.key.trace_id.bytes.back());
        return text + (page->behind ? "and more" : "");
    }

    TestRecorder recorder_;
};

TEST_F(ContentSearchTest, FindsTextsOfAttributesInAnyCase) {
    say(1, {{"gen_ai.input.messages", "Where is my REFUND?"}});
    say(2, {{"gen_ai.output.messages",
             "Gern, \xc3\x9c"
             "BER die Erstattung"}});
    say(3, {{"n", 5}});
    EXPECT_EQ(found({{"refund"}}), "1 ");
    EXPECT_EQ(found({{"\xc3\xbc"
                      "ber"}}),
              "2 ");
    EXPECT_EQ(found({{"\xc3\xbc"}}), "2 ") << "too short to be looked for in bytes first";
    EXPECT_EQ(found({{"refund", "erstattung"}}), "2 1 ");
    EXPECT_EQ(found({{"gen_ai"}}), "") << "the key of an attribute is no content";
    EXPECT_EQ(found({{"my", "die"}, {"refund"}}), "1 ");
}

TEST_F(ContentSearchTest, FindsTextsAsJsonWritesThem) {
    say(1, {{"messages", R"([{"text":"a \"quoted\" word\nand a line"}])"}});
    say(2, {{"messages", R"([{"text":"\u00fcber den Preis, \ud83d\ude00"}])"}});
    EXPECT_EQ(found({{"\"quoted\" word\nand"}}), "1 ");
    EXPECT_EQ(found({{"\xc3\xbc"
                      "ber den"}}),
              "2 ");
    EXPECT_EQ(found({{"\xf0\x9f\x98\x80"}}), "2 ");
}

TEST_F(ContentSearchTest, EachTextMayStandInAnotherSpanOfTheTrace) {
    recorder_.record({span(1, 1, 0, {{"q", "the question"}})});
    recorder_.record({span(1, 2, 1, {{"a", "the answer"}})});
    recorder_.record({span(2, 1, 0, {{"q", "the question"}})});
    EXPECT_EQ(found({{"question"}, {"answer"}}), "1 ");
    EXPECT_EQ(found({{"question"}}), "1 2 ");
}

TEST_F(ContentSearchTest, AReplacedVersionOfASpanIsNotFound) {
    otlp::SpanInput call = span(1, 1, 0, {{"q", "first version"}});
    recorder_.record({call});
    call.attributes = {{"q", "second version"}};
    call.end += 1;
    recorder_.record({call});
    EXPECT_EQ(found({{"first version"}}), "");
    EXPECT_EQ(found({{"second version"}}), "1 ");
}

TEST_F(ContentSearchTest, PagesGoOnWhereTheyEnded) {
    for (std::uint8_t i = 1; i <= 5; ++i) say(i, {{"q", i % 2 ? "odd" : "even"}});
    EXPECT_EQ(found({{"odd"}}, 2), "5 3 and more");
    EXPECT_EQ(found({{"odd"}}, 3), "5 3 1 ");
    auto page = find_by_content(*recorder_, {.workspace = "w"}, {{"odd"}}, {}, 2);
    EXPECT_EQ(shown(find_by_content(*recorder_, {.workspace = "w"}, {{"odd"}}, page->behind, 2)), "1 ");
    EXPECT_EQ(shown(find_by_content(*recorder_, {.workspace = "other"}, {{"odd"}}, {}, 2)), "");
}

TEST_F(ContentSearchTest, AtTheEndOfItsTimeItSaysWhereToGoOn) {
    for (int i = 0; i < 300; ++i) {
        otlp::SpanInput one = span(0, 1, i, {{"q", i == 0 ? "the oldest" : "another"}});
        one.trace_id = fmt::format("{:016}", i);
        recorder_.record({one});
    }
    const std::chrono::milliseconds none(0);
    const auto first = find_by_content(*recorder_, {.workspace = "w"}, {{"oldest"}}, {}, 10, none);
    ASSERT_TRUE(first && first->rows.empty() && first->behind);
    const auto second = find_by_content(*recorder_, {.workspace = "w"}, {{"oldest"}}, first->behind, 10, none);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->rows.size(), 1u);
    EXPECT_FALSE(second->behind);
}

}  // namespace
}  // namespace spanreel::trace
