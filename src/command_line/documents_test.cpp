// SPDX-License-Identifier: Apache-2.0
#include "command_line/documents.hpp"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spanreel::command_line {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A program with one command of each oddity.
CommandView odd_program() {
    CLI::App app("Odd.", "spanreel");
    CLI::App* list = app.add_subcommand("things", "What's \\new: things")->add_subcommand("list", "Show 'em");
    static std::string text;
    static std::vector<std::string> ids;
    list->add_option("--kind", text, "Which kind")->check(CLI::IsMember(std::vector<std::string>{"a", "b"}));
    list->add_option("--from-file", text, ".leading dot")->type_name("FILE")->envname("SPANREEL_FROM");
    list->add_option("--number", text, "A number")->type_name("NUMBER")->default_str("20");
    list->add_flag("-y,--yes")->description("A flag");
    list->add_option("ids", ids, "Ids")->type_name("ID");
    app.add_subcommand("secret", "Hidden")->group("");
    return view_of(app, "");
}

TEST(CommandView, SeesWhatThereIs) {
    const CommandView program = odd_program();
    ASSERT_EQ(program.commands.size(), 1u) << "what is hidden stays so";
    const CommandView& list = program.commands[0].commands[0];
    EXPECT_EQ(list.path, "spanreel things list");
    EXPECT_EQ(list.name(), "list");
    ASSERT_EQ(list.options.size(), 6u) << "--help too";
    EXPECT_THAT(list.options[1].choices, testing::ElementsAre("a", "b"));
    EXPECT_EQ(list.options[2].variable, "SPANREEL_FROM");
    EXPECT_EQ(list.options[3].default_text, "20");
    EXPECT_EQ(list.options[4].type, "") << "a flag takes nothing";
    EXPECT_TRUE(list.options[5].positional && list.options[5].repeated && !list.options[5].required);
}

TEST(Completion, HasARowForEachCommandAndEachOptionWithAValue) {
    const std::string bash = completion_rows(Shell::bash, odd_program());
    EXPECT_THAT(bash, HasSubstr("'spanreel') commands='things'"));
    EXPECT_THAT(bash, HasSubstr("'spanreel things list') commands='' options='--help --kind --from-file --number "
                                "--yes'"));
    EXPECT_THAT(bash, HasSubstr("'spanreel things list --kind') takes=word values='a b'"));
    EXPECT_THAT(bash, HasSubstr("'spanreel things list --from-file') takes=file"));
    EXPECT_THAT(bash, Not(HasSubstr("--yes')")));
}

TEST(Completion, QuotesWhatHelpSays) {
    EXPECT_THAT(completion_rows(Shell::zsh, odd_program()), HasSubstr(R"('things:What'\''s \new: things')"));
    EXPECT_THAT(completion_rows(Shell::fish, odd_program()), HasSubstr(R"(-a things -d 'What\'s \\new: things')"));
}

TEST(Manual, PrintsTextsAsTheyAre) {
    const std::string page = manual_commands(odd_program());
    EXPECT_THAT(page, HasSubstr(".SS \\fBspanreel things list\\fR [\\fIID\\fR...]\nShow 'em.\n"));
    EXPECT_THAT(page, HasSubstr("\n\\&.leading dot. Variable: SPANREEL_FROM.\n"));
    EXPECT_THAT(page, HasSubstr("\\fB\\-\\-kind\\fR \\fIa|b\\fR\n"));
    EXPECT_THAT(page, HasSubstr("\\fB\\-\\-yes\\fR, \\fB\\-y\\fR\nA flag.\n"));
    EXPECT_THAT(page, Not(HasSubstr("help")));
}

}  // namespace
}  // namespace spanreel::command_line
