// SPDX-License-Identifier: Apache-2.0
// Bodies that create or update a trace session, of both generations and from keys with and without a project (the bits
// of the first byte choose). What is taken makes a session that shows it, and whose answer can be read, stored and
// given again.
#include "answer.hpp"
#include "api/json/json_members.hpp"
#include "api/orq/session_body.hpp"
#include "api/orq/session_json.hpp"

namespace {

using namespace spanreel;
using namespace spanreel::api::orq;
namespace json = boost::json;

constexpr UnixMillis kNow{Millis(1'760'000'000'000)};

trace::SessionState session_of(const trace::SessionFields& fields) {
    trace::SessionState state{.id = "s", .workspace = "w", .external_id = "key", .created = kNow};
    trace::apply(state, fields, kNow);
    return state;
}

/// All that the first generation shows and may give.
auto given_again(const store::SessionRow& row) {
    return std::tie(row.external_id, row.project, row.duration, row.started_at, row.updated_at, row.traces_count,
                    row.input_cost, row.output_cost, row.total_cost, row.prompt_tokens, row.completion_tokens,
                    row.total_tokens, row.tags, row.contact_ids);
}

bool is_same(const json::value& given, const json::value& shown) {
    if (given.is_number()) return given.to_number<double>() == shown.to_number<double>();
    if (!shown.is_object()) return given == shown;
    return std::ranges::all_of(shown.get_object(),
                               [&](const auto& member) { return is_same(given.at(member.key()), member.value()); });
}

/// What a body gives is shown as it gave it.
void check_given(std::string_view body, const json::object& shown) {
    if (body.empty()) return;
    const json::object given = api::parse_body(body).value();
    for (std::string_view key : {"external_id", "duration", "contact_ids", "billing", "usage", "traces_count", "tags"})
        require(!given.contains(key) || is_same(given.at(key), shown.at(key)));
}

void check(const trace::SessionFields& fields, std::string_view body) {
    const trace::SessionState state = session_of(fields);
    const store::SessionRow row = trace::shown(state);
    auto stored = trace::decode_state(row);
    require(stored && trace::shown(*stored).state == row.state);

    read_answer(api::to_text(session_json(Generation::second, row)));
    const std::string answer = api::to_text(session_json(Generation::first, row));
    check_given(body, read_answer(answer).as_object());
    auto again = read_create_body(Generation::first, answer, {.workspace = "w"});
    require(again.has_value());
    require(given_again(trace::shown(session_of(*again))) == given_again(row));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const Generation generation = data[0] & 1 ? Generation::second : Generation::first;
    const bool update = data[0] & 2;
    Caller caller{.workspace = "w"};
    if (data[0] & 4) caller.project = "p";
    std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
    auto fields = update ? read_update_body(generation, body, caller) : read_create_body(generation, body, caller);
    if (!fields) {
        check_refusal(fields.error(), {Code::invalid, caller.project ? Code::forbidden : Code::invalid});
        return 0;
    }
    require(!caller.project || update || fields->project == caller.project);
    check(*fields, body);
    return 0;
}
