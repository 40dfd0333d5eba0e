// SPDX-License-Identifier: Apache-2.0
#include "trace/conventions/session_key.hpp"

#include <gtest/gtest.h>

#include "otlp/decode.hpp"
#include "otlp/request_builder.hpp"

namespace spanreel::trace {
namespace {

using otlp::AttributeInput;

SpanFacts identity(std::vector<AttributeInput> span, const std::vector<AttributeInput>& resource = {}) {
    otlp::Batch batch;
    EXPECT_TRUE(otlp::decode(otlp::encode_request({{.attributes = std::move(span)}}, resource), {}, batch));
    AttributeIndex span_index, resource_index;
    span_index.fill(batch.spans.at(0).attributes());
    resource_index.fill(batch.sources.at(0).resource_attributes());
    SpanFacts facts;
    map_identity(span_index, resource_index, facts);
    return facts;
}

TEST(SessionKey, EverySpellingHasItsClass) {
    const std::pair<const char*, KeyClass> spellings[] = {
        {"langfuse.session.id", KeyClass::product},
        {"orq.thread_id", KeyClass::product},
        {"orq.session_id", KeyClass::product},
        {"orq.agent_execution_id", KeyClass::product},
        {"langsmith.metadata.thread_id", KeyClass::product},
        {"langsmith.trace.session_id", KeyClass::product},
        {"langsmith.metadata.session_id", KeyClass::product},
        {"langsmith.metadata.conversation_id", KeyClass::product},
        {"session.id", KeyClass::session},
        {"traceloop.association.properties.session_id", KeyClass::traceloop},
        {"gen_ai.conversation.id", KeyClass::gen_ai_conversation},
        {"conversation.id", KeyClass::conversation},
        {"room_id", KeyClass::room},
        {"job_id", KeyClass::room},
        {"lk.pii.room_name", KeyClass::room},
        {"langfuse.observation.metadata.langfuse_session_id", KeyClass::metadata},
        {"langfuse.trace.metadata.langfuse_session_id", KeyClass::metadata},
        {"ai.telemetry.metadata.sessionId", KeyClass::metadata},
        {"ai.settings.context.sessionId", KeyClass::metadata},
    };
    std::vector<AttributeInput> so_far;
    for (auto at = std::rbegin(spellings); at != std::rend(spellings); ++at) {
        SpanFacts alone = identity({{at->first, "key"}});
        EXPECT_EQ(alone.session_key, "key") << at->first;
        EXPECT_EQ(alone.key_class, at->second) << at->first;
        // Each goes before all that are listed behind it.
        so_far.insert(so_far.begin(), AttributeInput(at->first, at->first));
        EXPECT_EQ(identity(so_far).session_key, at->first);
    }
}

TEST(SessionKey, ProjectNamesAreNoKeys) {
    EXPECT_EQ(identity({{"langsmith.trace.session_name", "default"}}).key_class, KeyClass::none);
    EXPECT_EQ(identity({{"session.id", ""}}).key_class, KeyClass::none);
    EXPECT_EQ(identity({{"session.id", 0.5}}).key_class, KeyClass::none);
}

TEST(SessionKey, NumbersAreTakenAsTheirDigits) { EXPECT_EQ(identity({{"session.id", 42}}).session_key, "42"); }

TEST(SessionKey, TheResourceIsAskedAfterTheSpanInEachClass) {
    SpanFacts facts = identity({{"gen_ai.conversation.id", "span"}}, {{"session.id", "resource"}});
    EXPECT_EQ(facts.session_key, "resource");
    EXPECT_EQ(facts.session_id, "resource");
    EXPECT_EQ(facts.conversation_id, "span");
    EXPECT_EQ(identity({{"job_id", "span"}}, {{"room_id", "resource"}}).session_key, "span");
    EXPECT_EQ(identity({}, {{"room_id", "resource"}}).session_key, "resource");
}

TEST(SessionKey, MetadataIsSearchedLast) {
    EXPECT_EQ(identity({{"metadata", R"({"a":1,"session_id":"s"})"}}).session_key, "s");
    EXPECT_EQ(identity({{"metadata", R"({"thread_id":7})"}}).session_key, "7");
    EXPECT_EQ(identity({{"metadata", R"({"thread_id":7})"}}).key_class, KeyClass::metadata);
    EXPECT_EQ(identity({{"metadata", R"({"session_id":"s"})"}, {"room_id", "r"}}).session_key, "r");
    std::string entry = otlp::encode_attribute({"sessionId", "inside"}), list, map;
    protozero::pbf_writer(list).add_message(1, entry);
    protozero::pbf_writer(map).add_message(6, list);
    EXPECT_EQ(identity({{"orq.metadata", otlp::EncodedValue{map}}}).session_key, "inside");
    for (const char* junk : {"{", "[]", "text", R"({"session_id":{}})", R"({"session_id":""})"})
        EXPECT_EQ(identity({{"metadata", junk}}).key_class, KeyClass::none) << junk;
    std::string huge = R"({"session_id":"s","x":")" + std::string(kMaxMetadataBytes, 'x') + "\"}";
    EXPECT_EQ(identity({{"metadata", huge}}).key_class, KeyClass::none);
}

TEST(SessionKey, KeepsTheOtherIdsBesideTheKey) {
    SpanFacts facts = identity(
        {{"orq.thread_id", "t"}, {"session.id", "s"}, {"orq.project_id", "p"}, {"spanreel.stream_session.id", "v"}});
    EXPECT_EQ(facts.session_key, "t");
    EXPECT_EQ(facts.session_id, "s");
    EXPECT_EQ(facts.conversation_id, "t");
    EXPECT_EQ(facts.project, "p");
    EXPECT_EQ(facts.stream_session, "v");
}

TEST(Users, TheProductsOwnGoesFirst) {
    EXPECT_EQ(identity({{"user.id", "u"}, {"orq.identity_id", "contact"}}).user, "contact");
    EXPECT_EQ(identity({{"user.id", "u"}, {"langfuse.user.id", "lf"}}).user, "lf");
    EXPECT_EQ(identity({{"ai.telemetry.metadata.userId", 12}}).user, "12");
    EXPECT_EQ(identity({}, {{"user.id", "u"}}).user, "u");
}

TEST(Tags, EveryShapeIsTaken) {
    using Tags = std::vector<std::string>;
    EXPECT_EQ(identity({{"tag.tags", Tags{"b", "a", "b", " "}}}).tags, (Tags{"b", "a"}));
    EXPECT_EQ(identity({{"langfuse.trace.tags", R"(["a","b,c",3])"}}).tags, (Tags{"a", "b,c"}));
    EXPECT_EQ(identity({{"langsmith.span.tags", "a, b ,,c"}}).tags, (Tags{"a", "b", "c"}));
    EXPECT_EQ(identity({{"orq.tags", "one"}}).tags, (Tags{"one"}));
    EXPECT_EQ(identity({{"orq.tags", "[not json"}}).tags, (Tags{"[not json"}));
    EXPECT_EQ(identity({{"tag.tags", "x"}, {"langfuse.trace.tags", "y"}}).tags, (Tags{"y"}));
    EXPECT_EQ(identity({{"tag.tags", Tags{}}}, {{"tag.tags", "r"}}).tags, (Tags{"r"}));
}

TEST(Tags, AreBounded) {
    std::string many;
    for (int i = 0; i < 1'000; ++i) many += std::to_string(i) + ",";
    EXPECT_EQ(identity({{"tag.tags", many}}).tags.size(), kMaxTags);
}

}  // namespace
}  // namespace spanreel::trace
