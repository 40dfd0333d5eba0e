// SPDX-License-Identifier: Apache-2.0
// Every attribute key the mapping reads, numbered, so that a span's attributes are looked up once and read by number.
// What is not here costs one probe and is otherwise left alone. Sources of the names: otlp-attributes of each
// convention's specification.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace spanreel::trace {

// clang-format off
#define SPANREEL_ATTRIBUTE_KEYS(key)                                                          \
    /* OpenTelemetry GenAI, and what is used with it in the wild */                           \
    key(gen_ai_operation_name, "gen_ai.operation.name")                                       \
    key(gen_ai_provider_name, "gen_ai.provider.name")                                         \
    key(gen_ai_system, "gen_ai.system")                                                       \
    key(gen_ai_request_model, "gen_ai.request.model")                                         \
    key(gen_ai_response_model, "gen_ai.response.model")                                       \
    key(gen_ai_tool_name, "gen_ai.tool.name")                                                 \
    key(gen_ai_agent_name, "gen_ai.agent.name")                                               \
    key(gen_ai_input_tokens, "gen_ai.usage.input_tokens")                                     \
    key(gen_ai_prompt_tokens, "gen_ai.usage.prompt_tokens")                                   \
    key(gen_ai_output_tokens, "gen_ai.usage.output_tokens")                                   \
    key(gen_ai_completion_tokens, "gen_ai.usage.completion_tokens")                           \
    key(gen_ai_total_tokens, "gen_ai.usage.total_tokens")                                     \
    key(llm_usage_total_tokens, "llm.usage.total_tokens")                                     \
    key(gen_ai_cache_read, "gen_ai.usage.cache_read.input_tokens")                            \
    key(gen_ai_cache_read_old, "gen_ai.usage.cache_read_input_tokens")                        \
    key(gen_ai_input_cached, "gen_ai.usage.input_cached_tokens")                              \
    key(gen_ai_cache_creation, "gen_ai.usage.cache_creation.input_tokens")                    \
    key(gen_ai_cache_creation_old, "gen_ai.usage.cache_creation_input_tokens")                \
    key(gen_ai_reasoning, "gen_ai.usage.reasoning.output_tokens")                             \
    key(gen_ai_reasoning_old, "gen_ai.usage.reasoning_tokens")                                \
    key(gen_ai_reasoning_detail, "gen_ai.usage.details.reasoning_tokens")                     \
    key(gen_ai_input_audio, "gen_ai.usage.input_audio_tokens")                                \
    key(gen_ai_output_audio, "gen_ai.usage.output_audio_tokens")                              \
    key(gen_ai_cost, "gen_ai.usage.cost")                                                     \
    key(operation_cost, "operation.cost")                                                     \
    key(openai_response_tier, "openai.response.service_tier")                                 \
    key(openai_response_tier_old, "gen_ai.openai.response.service_tier")                      \
    key(openai_request_tier, "openai.request.service_tier")                                   \
    key(openai_request_tier_old, "gen_ai.openai.request.service_tier")                        \
    /* OpenInference */                                                                       \
    key(openinference_span_kind, "openinference.span.kind")                                   \
    key(llm_provider, "llm.provider")                                                         \
    key(llm_system, "llm.system")                                                             \
    key(llm_request_model_name, "llm.request.model_name")                                     \
    key(llm_response_model_name, "llm.response.model_name")                                   \
    key(llm_model_name, "llm.model_name")                                                     \
    key(embedding_model_name, "embedding.model_name")                                         \
    key(reranker_model_name, "reranker.model_name")                                           \
    key(llm_prompt, "llm.token_count.prompt")                                                 \
    key(llm_completion, "llm.token_count.completion")                                         \
    key(llm_total, "llm.token_count.total")                                                   \
    key(llm_cache_read, "llm.token_count.prompt_details.cache_read")                          \
    key(llm_cache_write, "llm.token_count.prompt_details.cache_write")                        \
    key(llm_audio_in, "llm.token_count.prompt_details.audio")                                 \
    key(llm_reasoning, "llm.token_count.completion_details.reasoning")                        \
    key(llm_audio_out, "llm.token_count.completion_details.audio")                            \
    key(llm_cost_total, "llm.cost.total")                                                     \
    key(llm_cost_prompt, "llm.cost.prompt")                                                   \
    key(llm_cost_completion, "llm.cost.completion")                                           \
    key(openinference_agent_name, "agent.name")                                               \
    key(openinference_tool_name, "tool.name")                                                 \
    /* Vercel AI SDK, its emitter before GenAI names */                                       \
    key(ai_operation_id, "ai.operationId")                                                    \
    key(ai_model_id, "ai.model.id")                                                           \
    key(ai_model_provider, "ai.model.provider")                                               \
    key(ai_response_model, "ai.response.model")                                               \
    key(ai_input_tokens, "ai.usage.inputTokens")                                              \
    key(ai_prompt_tokens, "ai.usage.promptTokens")                                            \
    key(ai_output_tokens, "ai.usage.outputTokens")                                            \
    key(ai_completion_tokens, "ai.usage.completionTokens")                                    \
    key(ai_total_tokens, "ai.usage.totalTokens")                                              \
    key(ai_embedding_tokens, "ai.usage.tokens")                                               \
    key(ai_cached_tokens, "ai.usage.cachedInputTokens")                                       \
    key(ai_cache_read, "ai.usage.inputTokenDetails.cacheReadTokens")                          \
    key(ai_cache_write, "ai.usage.inputTokenDetails.cacheWriteTokens")                        \
    key(ai_reasoning, "ai.usage.reasoningTokens")                                             \
    key(ai_reasoning_detail, "ai.usage.outputTokenDetails.reasoningTokens")                   \
    key(ai_tool_name, "ai.toolCall.name")                                                     \
    /* Traceloop, OpenLLMetry */                                                              \
    key(traceloop_span_kind, "traceloop.span.kind")                                           \
    key(llm_request_type, "llm.request.type")                                                 \
    key(llm_vendor, "llm.vendor")                                                             \
    key(llm_request_model, "llm.request.model")                                               \
    key(llm_response_model, "llm.response.model")                                             \
    key(llm_usage_prompt_tokens, "llm.usage.prompt_tokens")                                   \
    key(llm_usage_completion_tokens, "llm.usage.completion_tokens")                           \
    /* Langfuse */                                                                            \
    key(langfuse_type, "langfuse.observation.type")                                           \
    key(langfuse_model, "langfuse.observation.model.name")                                    \
    key(langfuse_usage, "langfuse.observation.usage_details")                                 \
    key(langfuse_cost, "langfuse.observation.cost_details")                                   \
    /* LangSmith */                                                                           \
    key(langsmith_span_kind, "langsmith.span.kind")                                           \
    /* LiveKit agents */                                                                      \
    key(lk_function_tool, "lk.function_tool.name")                                            \
    key(gen_ai_cache_write, "gen_ai.usage.cache_write.input_tokens")                          \
    key(gen_ai_audio_in, "gen_ai.usage.audio.input_tokens")                                   \
    key(gen_ai_audio_out, "gen_ai.usage.audio.output_tokens")                                 \
    key(lk_job_id, "lk.job_id")                                                               \
    /* Pydantic AI, Logfire */                                                                \
    key(agent_name, "agent_name")                                                             \
    key(model_name, "model_name")                                                             \
    key(logfire_msg, "logfire.msg")                                                           \
    key(gen_ai_cache_read_detail, "gen_ai.usage.details.cache_read_tokens")                   \
    key(gen_ai_cache_write_detail, "gen_ai.usage.details.cache_write_tokens")                 \
    key(gen_ai_audio_in_detail, "gen_ai.usage.details.input_audio_tokens")                    \
    key(gen_ai_audio_out_detail, "gen_ai.usage.details.output_audio_tokens")                  \
    /* Pipecat */                                                                             \
    key(tool_function_name, "tool.function_name")                                             \
    /* Orq */                                                                                 \
    key(orq_billing_total_cost, "orq.billing.total_cost")                                     \
    key(orq_billing_input_cost, "orq.billing.input_cost")                                     \
    key(orq_billing_output_cost, "orq.billing.output_cost")                                   \
    key(orq_model_provider, "orq.model.provider")                                             \
    key(orq_model_id, "orq.model.id")                                                         \
    key(orq_project_id, "orq.project_id")                                                     \
    key(orq_span_type, "orq.span_type")                                                       \
    /* Sessions, by class (session_key.cpp) */                                                \
    key(langfuse_session_id, "langfuse.session.id")                                           \
    key(orq_thread_id, "orq.thread_id")                                                       \
    key(orq_session_id, "orq.session_id")                                                     \
    key(orq_agent_execution_id, "orq.agent_execution_id")                                     \
    key(langsmith_thread_id, "langsmith.metadata.thread_id")                                  \
    key(langsmith_trace_session_id, "langsmith.trace.session_id")                             \
    key(langsmith_metadata_session_id, "langsmith.metadata.session_id")                       \
    key(langsmith_conversation_id, "langsmith.metadata.conversation_id")                      \
    key(session_id, "session.id")                                                             \
    key(traceloop_session_id, "traceloop.association.properties.session_id")                  \
    key(gen_ai_conversation_id, "gen_ai.conversation.id")                                     \
    key(conversation_id, "conversation.id")                                                   \
    key(room_id, "room_id")                                                                   \
    key(job_id, "job_id")                                                                     \
    key(lk_room_name, "lk.pii.room_name")                                                     \
    key(langfuse_observation_session, "langfuse.observation.metadata.langfuse_session_id")    \
    key(langfuse_trace_session, "langfuse.trace.metadata.langfuse_session_id")                \
    key(ai_metadata_session, "ai.telemetry.metadata.sessionId")                               \
    key(ai_context_session, "ai.settings.context.sessionId")                                  \
    key(metadata, "metadata")                                                                 \
    key(orq_metadata, "orq.metadata")                                                         \
    key(stream_session_id, "spanreel.stream_session.id")                                      \
    /* Users */                                                                               \
    key(orq_identity_id, "orq.identity_id")                                                   \
    key(langfuse_user_id, "langfuse.user.id")                                                 \
    key(langsmith_user_id, "langsmith.metadata.user_id")                                      \
    key(user_id, "user.id")                                                                   \
    key(traceloop_user_id, "traceloop.association.properties.user_id")                        \
    key(gen_ai_user, "gen_ai.user")                                                           \
    key(llm_user, "llm.user")                                                                 \
    key(lk_participant_identity, "lk.pii.participant_identity")                               \
    key(lk_participant_id, "lk.participant_id")                                               \
    key(langfuse_observation_user, "langfuse.observation.metadata.langfuse_user_id")          \
    key(langfuse_trace_user, "langfuse.trace.metadata.langfuse_user_id")                      \
    key(ai_metadata_user, "ai.telemetry.metadata.userId")                                     \
    key(ai_context_user, "ai.settings.context.userId")                                        \
    key(plain_user_id, "user_id")                                                             \
    /* Tags */                                                                                \
    key(orq_tags, "orq.tags")                                                                 \
    key(langfuse_trace_tags, "langfuse.trace.tags")                                           \
    key(langfuse_tags, "langfuse.tags")                                                       \
    key(langfuse_observation_tags, "langfuse.observation.metadata.langfuse_tags")             \
    key(langfuse_trace_metadata_tags, "langfuse.trace.metadata.langfuse_tags")                \
    key(langsmith_span_tags, "langsmith.span.tags")                                           \
    key(tag_tags, "tag.tags")                                                                 \
    key(ai_metadata_tags, "ai.telemetry.metadata.tags")
// clang-format on

enum class Key : std::uint8_t {
#define SPANREEL_KEY_NAME(name, text) name,
    SPANREEL_ATTRIBUTE_KEYS(SPANREEL_KEY_NAME)
#undef SPANREEL_KEY_NAME
};

inline constexpr auto kKeyTexts = std::to_array<std::string_view>({
#define SPANREEL_KEY_TEXT(name, text) text,
    SPANREEL_ATTRIBUTE_KEYS(SPANREEL_KEY_TEXT)
#undef SPANREEL_KEY_TEXT
});
inline constexpr std::size_t kKeyCount = kKeyTexts.size();
static_assert(kKeyCount < 255);

}  // namespace spanreel::trace
