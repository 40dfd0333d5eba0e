// SPDX-License-Identifier: Apache-2.0
#include "workload.hpp"

#include <future>

#include "base/ids.hpp"
#include "otlp/request_builder.hpp"

namespace spanreel::crash {

namespace {

constexpr std::array<const char*, 2> kWorkspaces{"alpha", "beta"};
constexpr std::uint64_t kOpenTraces = 6;  // spans go to the last few traces, so that these grow over saves and restarts
constexpr std::uint64_t kStepsPerTrace = 3;
constexpr std::uint64_t kSpansPerTrace = 12;
constexpr std::uint64_t kStart = 1'760'000'000'000'000'000;

std::string id_bytes(std::size_t size, std::uint64_t number) {
    std::string bytes(size, '\x11');
    for (std::size_t i = 0; i < 8; ++i) bytes[size - 1 - i] = static_cast<char>(number >> (8 * i));
    return bytes;
}

bool is_refusal(const Error& error) { return error.code == Code::conflict || error.code == Code::not_found; }

}  // namespace

struct Workload::Pending {
    std::vector<AcknowledgedSpan> spans;
    std::promise<Result<trace::Refused>> promise;
    std::future<Result<trace::Refused>> answered = promise.get_future();
};

trace::SpanBatch Workload::make_batch() {
    std::vector<otlp::SpanInput> spans;
    for (std::uint64_t count = 1 + below(8); spans.size() < count;) {
        std::uint64_t trace = 1 + step_ / kStepsPerTrace + below(kOpenTraces), number = 1 + below(kSpansPerTrace);
        otlp::SpanInput span;
        span.trace_id = id_bytes(16, trace);
        span.span_id = id_bytes(8, trace * 1000 + number);
        if (number > 1) span.parent_id = id_bytes(8, trace * 1000 + 1);
        span.name = "chat gpt-4o";
        span.start = kStart + trace * 1'000'000'000 + below(1000) * 1000;
        span.end = span.start + below(3) * 1'000'000;
        span.status = below(10) == 0 ? 2 : 0;
        span.attributes = {{"gen_ai.operation.name", "chat"},
                           {"gen_ai.request.model", "gpt-4o"},
                           {"gen_ai.usage.input_tokens", static_cast<int>(below(1000))},
                           {"gen_ai.usage.output_tokens", static_cast<int>(below(100))},
                           {"user.id", fmt::format("user {}", below(5))},
                           {"text", std::string(below(1500), static_cast<char>('a' + below(26)))}};
        // The stronger key wins, and of two the earlier: a trace moves between sessions.
        if (below(3) == 0) span.attributes.emplace_back("session.id", fmt::format("key {}", trace / 4 + below(3)));
        if (below(2) == 0) span.attributes.emplace_back("gen_ai.conversation.id", fmt::format("key {}", trace / 4));
        if (below(8) == 0) span.attributes.emplace_back("orq.project_id", fmt::format("project {}", below(2)));
        spans.push_back(std::move(span));
    }
    auto decoded = std::make_unique<otlp::Batch>();
    if (!otlp::decode(otlp::encode_request(spans), {}, *decoded)) throw std::logic_error("the workload's own spans");
    return trace::make_batch(*decoded, kWorkspaces[below(2)], "", now()).value();
}

Result<void> Workload::submit(Machine& machine) {
    trace::SpanBatch batch = make_batch();
    auto pending = std::make_shared<Pending>();
    for (const trace::BatchSpan& span : batch.spans)
        pending->spans.push_back({{batch.workspace, span.facts->trace_id}, span.facts});
    pending_.push_back(pending);
    machine.recorder().submit(
        std::move(batch), [pending](Result<trace::Refused> answer) { pending->promise.set_value(std::move(answer)); });
    return {};
}

/// For the answers of all that was sent.
Result<void> Workload::wait() {
    Result<void> all{};
    for (const auto& pending : std::exchange(pending_, {})) {
        Result<trace::Refused> answer = pending->answered.get();
        if (!answer)
            all = fail(std::move(answer));
        else if (answer->total() == 0)
            acknowledged_.spans.insert(acknowledged_.spans.end(), pending->spans.begin(), pending->spans.end());
    }
    return all;
}

Result<void> Workload::send_spans(Machine& machine) {
    SPANREEL_CHECK(submit(machine));
    return wait();
}

trace::Operation Workload::make_operation() {
    Time at = now();
    trace::SessionFields fields;
    fields.title = fmt::format("title {}", step_);
    if (below(2) == 0) fields.external_id = fmt::format("key {}", step_ / kStepsPerTrace / 4 + below(4));
    if (below(2) == 0) fields.tags = std::vector<std::string>{fmt::format("tag {}", step_), "common"};
    if (sessions_.empty() || below(4) == 0)
        return trace::CreateSession{make_ulid(at), kWorkspaces[below(2)], fields, at};
    std::string id = sessions_[sessions_.size() - 1 - below(std::min<std::uint64_t>(sessions_.size(), 6))].second;
    if (below(4) == 0) return trace::DeleteSession{id, at};
    return trace::PatchSession{id, fields, at};
}

Result<void> Workload::call_api(Machine& machine) {
    for (const char* workspace : kWorkspaces) {  // sessions that traces made
        std::string key = fmt::format("key {}", step_ / kStepsPerTrace / 4 + below(3));
        auto id = machine.recorder().ledger().session_id_of_key(workspace, "", key);
        if (id && *id) sessions_.emplace_back(workspace, **id);
    }
    trace::Operation operation = make_operation();
    std::string encoded = trace::encode_operation(operation);
    auto answer = machine.recorder().apply(std::move(operation));
    if (!answer) return is_refusal(answer.error()) ? Result<void>() : fail(std::move(answer));
    acknowledged_.operations.push_back(std::move(encoded));
    if (*answer) sessions_.emplace_back((*answer)->workspace, (*answer)->id);
    return {};
}

Result<void> Workload::write_row(Machine& machine) {
    std::string id = make_ulid(now());
    SPANREEL_CHECK(machine.meta().create(Workspace{.id = id, .user_id = make_uuid(), .name = id}));
    acknowledged_.workspaces.push_back(std::move(id));
    return {};
}

Result<void> Workload::run(Machine& machine, int steps) {
    Result<void> done{};
    for (int i = 0; i < steps && done; ++i, ++step_) {
        std::uint64_t kind = below(10);
        if (kind < 7)
            done = submit(machine);
        else if (kind < 9)
            done = call_api(machine);
        else
            done = write_row(machine);
        if (done && below(2) == 0) done = wait();
    }
    Result<void> waited = wait();
    return done ? waited : done;
}

}  // namespace spanreel::crash
