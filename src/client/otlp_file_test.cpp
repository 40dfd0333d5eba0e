// SPDX-License-Identifier: Apache-2.0
#include "client/otlp_file.hpp"

#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>

namespace spanreel::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kHeld = 1000;

class OtlpFileTest : public testing::Test {
  protected:
    ~OtlpFileTest() override { std::remove(name_.c_str()); }

    /// "line: members of the source | span" of all spans, and "error" texts where a line is bad.
    std::vector<std::string> read(const std::string& text) {
        std::ofstream(name_, std::ios::binary) << text;
        OtlpFile file = OtlpFile::open(name_, kHeld).value();
        std::vector<std::string> found;
        const OtlpFile::Sink sink = [&found](const SpanText& span) -> Result<void> {
            found.push_back(
                fmt::format("{}: {} | {} | {}", span.line, *span.source->resource, span.source->scope, span.json));
            return {};
        };
        for (;;) {
            const Result<bool> more = file.next(sink);
            if (more && !*more) return found;
            if (more) continue;
            found.push_back("error" + more.error().message.substr(name_.size()));
            file.skip_line();
        }
    }

    std::string name_ = testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(OtlpFileTest, GivesEachSpanWithWhatItComesFromWhereverThatStands) {
    EXPECT_THAT(
        read(
            R"({"other":[1,{"spans":[2]}],"resourceSpans":[{"scopeSpans":[{"spans":[{"a":"]}\""}, {}],"scope":{"n":1}},)"
            "\n"
            R"({"spans":[3],"schemaUrl":"s"}],"resource":{"r":1},"schemaUrl":"u"}]})"),
        ElementsAre(R"(1: "resource":{"r":1},"schemaUrl":"u" | "scope":{"n":1} | {"a":"]}\""})",
                    R"(1: "resource":{"r":1},"schemaUrl":"u" | "scope":{"n":1} | {})",
                    R"(2: "resource":{"r":1},"schemaUrl":"u" | "schemaUrl":"s" | 3)"));
}

TEST_F(OtlpFileTest, TakesWhatIsEmptyOrNull) {
    EXPECT_THAT(read(""), ElementsAre());
    EXPECT_THAT(read("\n \n"), ElementsAre());
    EXPECT_THAT(read(R"({} {"resourceSpans":null}{"resourceSpans":[]}{"resource_spans":[{"scope_spans":null}]})"),
                ElementsAre());
}

TEST_F(OtlpFileTest, GoesOnBehindALineThatIsBad) {
    const std::string good = R"({"resourceSpans":[{"scopeSpans":[{"spans":[1]}]}]})";
    EXPECT_THAT(read(good + "\n[]\n" + good + "\n" + good.substr(0, 20) + "\n" + good + "\n" + good.substr(0, 20)),
                ElementsAre("1:  |  | 1", HasSubstr("error, line 2: '{' is expected"), "3:  |  | 1",
                            "error, line 4: the line ends within a text of its request", "5:  |  | 1",
                            "error, line 6: the file ends within a request"));
}

TEST_F(OtlpFileTest, LosesNoGoodLineBehindABadFirstOne) {
    const std::string good = R"({"resourceSpans":[{"scopeSpans":[{"spans":[1]}]}]})";
    for (std::size_t length = 1; length < good.size(); ++length) {
        const std::string cut = good.substr(0, length);
        EXPECT_THAT(read(cut + "\n" + good + "\n" + good + "\n"),
                    testing::Contains(HasSubstr("error, line 1: the line ends within")).Times(1))
            << cut;
        EXPECT_THAT(read(cut + "\n" + good + "\n" + good), testing::IsSupersetOf({"2:  |  | 1", "3:  |  | 1"})) << cut;
    }
}

TEST_F(OtlpFileTest, FindsABeginningAcrossTheEndOfABlock) {
    const std::string good = R"({"resourceSpans":[{"scopeSpans":[{"spans":[1]}]}]})";
    for (std::size_t before = 256 * 1024 - 25; before < 256 * 1024 + 5; ++before)
        EXPECT_THAT(read("{" + std::string(before, ' ') + "\n" + good),
                    ElementsAre("error, line 1: the line ends within its request", "2:  |  | 1"))
            << before;
}

TEST_F(OtlpFileTest, ALineBreakWithinATextIsAnError) {
    EXPECT_THAT(read("{\"a\":\"b\nc\"}\n{\"resourceSpans\":null}"),
                testing::Contains("error, line 1: the line ends within a text of its request"));
}

TEST_F(OtlpFileTest, NamesTheLineOfALayoutOnManyLines) {
    EXPECT_THAT(read("{\n\"resourceSpans\":\n[5]}"), ElementsAre(HasSubstr("error, line 3: '{' is expected")));
    EXPECT_THAT(read("{\n\"resourceSpans\":7}"), ElementsAre("error, line 2: an array is expected"));
    EXPECT_THAT(read("{\n\"a\"\n:}"), ElementsAre(HasSubstr("error, line 3: a value is expected")));
    EXPECT_THAT(read("{\n5:1}"), ElementsAre(HasSubstr("error, line 2: a name is expected")));
}

TEST_F(OtlpFileTest, GivesAwayEarlyWhatIsTooMuchToHold) {
    const std::string span = "\"" + std::string(kHeld / 2, 'x') + "\"";
    const std::string spans = "\"spans\":[" + span + "," + span + ",1]";
    const std::string begin = R"({"resourceSpans":[{"resource":{},"scopeSpans":[{)";
    std::vector<std::string> found = read(begin + R"("scope":{},)" + spans + "}]}]}");
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found.back(), R"(1: "resource":{} | "scope":{} | 1)");
    found = read(begin + spans + R"(,"scope":{}}]}]})");
    EXPECT_THAT(found.back(), HasSubstr("\"scope\" comes behind more than 1000 bytes of spans"));
    EXPECT_THAT(read(begin + "\"spans\":[\"" + std::string(kHeld, 'x') + "\"]}]}]}"),
                ElementsAre(HasSubstr("a value is larger than 1000 bytes")));
    EXPECT_THAT(read(begin + R"("scope":{},)" + spans + R"(},{"scope":{"n":2},"spans":[2]}]}]})").back(),
                R"(1: "resource":{} | "scope":{"n":2} | 2)")
        << "another scope's own";
}

TEST_F(OtlpFileTest, CountsWhatEmptyPiecesCost) {
    const auto repeated = [](std::string_view piece) {
        std::string all(piece);
        for (std::size_t n = 0; n < kHeld / 10; ++n) (all += ',') += piece;
        return all;
    };
    const std::string begin = R"({"resourceSpans":[{"scopeSpans":[)";
    EXPECT_THAT(read(begin + "{\"spans\":[" + repeated("0") + R"(]}],"resource":{}}]})").back(),
                HasSubstr("\"resource\" comes behind more than 1000 bytes of spans"));
    EXPECT_THAT(read(begin + repeated("{}") + "]}]}"), ElementsAre());
    const std::string name = "\"resource\":\"" + std::string(kHeld - 2, 'x') + "\"";
    std::string resource = name;
    while (resource.size() < kMostSourceBytes) resource += "," + name;
    EXPECT_THAT(read("{\"resourceSpans\":[{" + resource + "}]}"),
                ElementsAre(HasSubstr("says of itself is larger than 1048576 bytes")));
}

}  // namespace
}  // namespace spanreel::client
