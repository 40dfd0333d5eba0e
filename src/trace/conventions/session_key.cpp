// SPDX-License-Identifier: Apache-2.0
#include "trace/conventions/session_key.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>

#include "trace/conventions/attribute_json.hpp"
#include "trace/conventions/fact_text.hpp"

namespace spanreel::trace {
namespace {

namespace json = boost::json;

struct KeyRank {
    KeyClass key_class;
    Key key;
};

/// From the strongest class to the weakest, and in a class in the order its product prefers.
constexpr KeyRank kSessionKeys[] = {
    {KeyClass::product, Key::langfuse_session_id},
    {KeyClass::product, Key::orq_thread_id},
    {KeyClass::product, Key::orq_session_id},
    {KeyClass::product, Key::orq_agent_execution_id},
    {KeyClass::product, Key::langsmith_thread_id},
    {KeyClass::product, Key::langsmith_trace_session_id},
    {KeyClass::product, Key::langsmith_metadata_session_id},
    {KeyClass::product, Key::langsmith_conversation_id},
    {KeyClass::session, Key::session_id},
    {KeyClass::traceloop, Key::traceloop_session_id},
    {KeyClass::gen_ai_conversation, Key::gen_ai_conversation_id},
    {KeyClass::conversation, Key::conversation_id},
    {KeyClass::room, Key::room_id},
    {KeyClass::room, Key::job_id},
    {KeyClass::room, Key::lk_job_id},
    {KeyClass::room, Key::lk_room_name},
    {KeyClass::metadata, Key::langfuse_observation_session},
    {KeyClass::metadata, Key::langfuse_trace_session},
    {KeyClass::metadata, Key::ai_metadata_session},
    {KeyClass::metadata, Key::ai_context_session},
};

constexpr std::string_view kMetadataSessionNames[] = {"session_id", "sessionId",       "session.id",    "thread_id",
                                                      "threadId",   "conversation_id", "conversationId"};

constexpr Key kUserKeys[] = {
    Key::orq_identity_id,
    Key::langfuse_user_id,
    Key::langsmith_user_id,
    Key::user_id,
    Key::traceloop_user_id,
    Key::gen_ai_user,
    Key::llm_user,
    Key::lk_participant_identity,
    Key::lk_participant_id,
    Key::langfuse_observation_user,
    Key::langfuse_trace_user,
    Key::ai_metadata_user,
    Key::ai_context_user,
    Key::plain_user_id,
};

constexpr Key kTagKeys[] = {
    Key::orq_tags,
    Key::langfuse_trace_tags,
    Key::langfuse_tags,
    Key::langfuse_observation_tags,
    Key::langfuse_trace_metadata_tags,
    Key::langsmith_span_tags,
    Key::tag_tags,
    Key::ai_metadata_tags,
};

constexpr Key kConversationKeys[] = {Key::gen_ai_conversation_id, Key::orq_thread_id, Key::langsmith_thread_id,
                                     Key::conversation_id};

bool assign_json_identifier(std::string& into, const json::value& value) {
    if (value.is_int64()) {
        into = std::to_string(value.as_int64());
        return true;
    }
    if (!value.is_string() || value.as_string().empty()) return false;
    assign_text(into, {value.as_string().data(), value.as_string().size()});
    return true;
}

bool session_in_json(std::string& into, std::string_view text) {
    if (!text.starts_with('{')) return false;
    json::monotonic_resource storage;
    json::value metadata = parse_attribute_json(text, &storage);
    if (!metadata.is_object()) return false;
    for (std::string_view name : kMetadataSessionNames)
        if (const json::value* value = metadata.as_object().if_contains({name.data(), name.size()}))
            if (assign_json_identifier(into, *value)) return true;
    return false;
}

/// A `metadata` attribute is a map, or an object as JSON text.
bool session_in_metadata(std::string& into, const otlp::Value* metadata) {
    if (metadata == nullptr) return false;
    if (metadata->type == otlp::ValueType::text) return session_in_json(into, metadata->data);
    for (std::string_view name : kMetadataSessionNames)
        for (const otlp::Attribute& entry : otlp::entries(*metadata))
            if (entry.key == name && assign_identifier(into, &entry.value)) return true;
    return false;
}

bool find_ranked_key(const AttributeIndex& span, const AttributeIndex& resource, SpanFacts& facts) {
    for (auto rank = std::begin(kSessionKeys); rank != std::end(kSessionKeys);) {
        auto next = std::find_if(rank, std::end(kSessionKeys),
                                 [&](const KeyRank& r) { return r.key_class != rank->key_class; });
        for (const AttributeIndex* index : {&span, &resource}) {
            for (auto at = rank; at != next; ++at) {
                if (!assign_identifier(facts.session_key, index->find(at->key))) continue;
                facts.key_class = at->key_class;
                return true;
            }
        }
        rank = next;
    }
    return false;
}

void map_session(const AttributeIndex& span, const AttributeIndex& resource, SpanFacts& facts) {
    if (find_ranked_key(span, resource, facts)) return;
    for (const AttributeIndex* index : {&span, &resource}) {
        for (Key key : {Key::metadata, Key::orq_metadata}) {
            if (!session_in_metadata(facts.session_key, index->find(key))) continue;
            facts.key_class = KeyClass::metadata;
            return;
        }
    }
}

void assign_first(std::string& into, const AttributeIndex& span, const AttributeIndex& resource,
                  std::span<const Key> keys) {
    for (const AttributeIndex* index : {&span, &resource})
        for (Key key : keys)
            if (assign_identifier(into, index->find(key))) return;
}

void add_tag(std::vector<std::string>& tags, std::string_view tag) {
    constexpr std::string_view blanks = " \t\r\n";
    std::size_t begin = tag.find_first_not_of(blanks);
    if (begin == std::string_view::npos || tags.size() == kMaxTags) return;
    std::string text;
    assign_text(text, tag.substr(begin, tag.find_last_not_of(blanks) - begin + 1));
    if (std::ranges::find(tags, text) == tags.end()) tags.push_back(std::move(text));
}

void add_comma_list(std::vector<std::string>& tags, std::string_view text) {
    while (tags.size() < kMaxTags) {
        std::size_t comma = text.find(',');
        add_tag(tags, text.substr(0, comma));
        if (comma == std::string_view::npos) return;
        text.remove_prefix(comma + 1);
    }
}

/// A list, a list as JSON text, a list with commas, or a single tag.
void add_tags(std::vector<std::string>& tags, const otlp::Value& value) {
    if (value.type == otlp::ValueType::array) {
        for (const otlp::Value& element : otlp::elements(value))
            if (element.type == otlp::ValueType::text) add_tag(tags, element.data);
        return;
    }
    if (value.type != otlp::ValueType::text) return;
    if (value.data.starts_with('[')) {
        json::monotonic_resource storage;
        json::value list = parse_attribute_json(value.data, &storage);
        if (list.is_array()) {
            for (const json::value& element : list.as_array())
                if (element.is_string()) add_tag(tags, {element.as_string().data(), element.as_string().size()});
            return;
        }
    }
    add_comma_list(tags, value.data);
}

void map_tags(const AttributeIndex& span, const AttributeIndex& resource, SpanFacts& facts) {
    for (const AttributeIndex* index : {&span, &resource}) {
        for (Key key : kTagKeys) {
            if (const otlp::Value* value = index->find(key)) add_tags(facts.tags, *value);
            if (!facts.tags.empty()) return;
        }
    }
}

}  // namespace

void map_identity(const AttributeIndex& span, const AttributeIndex& resource, SpanFacts& facts) {
    map_session(span, resource, facts);
    assign_first(facts.session_id, span, resource, std::array{Key::session_id});
    assign_first(facts.conversation_id, span, resource, kConversationKeys);
    assign_first(facts.project, span, resource, std::array{Key::orq_project_id});
    assign_first(facts.stream_session, span, resource, std::array{Key::stream_session_id});
    assign_first(facts.user, span, resource, kUserKeys);
    map_tags(span, resource, facts);
}

}  // namespace spanreel::trace
