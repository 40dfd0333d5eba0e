// SPDX-License-Identifier: Apache-2.0
#include "trace/operation.hpp"

#include "trace/protobuf_fields.hpp"

namespace spanreel::trace {

namespace {

// Top-level field = kind of operation.
constexpr Tag kCreate = 1, kPatch = 2, kDelete = 3, kMade = 4;

void put_strings(protozero::pbf_writer& out, Tag tag, const std::optional<std::vector<std::string>>& values) {
    if (!values) return;
    std::string bytes;
    protozero::pbf_writer part(bytes);
    for (const std::string& value : *values) part.add_string(1, value);
    out.add_message(tag, bytes);
}

std::vector<std::string> get_strings(FieldReader& in) {
    std::vector<std::string> values;
    for (FieldReader part = in.get_message(); part.next();) {
        if (part.tag() == 1)
            values.push_back(part.get_string());
        else
            part.skip();
    }
    return values;
}

void put_three(protozero::pbf_writer& out, Tag tag, double a, double b, double c) {
    std::string bytes;
    protozero::pbf_writer part(bytes);
    part.add_double(1, a);
    part.add_double(2, b);
    part.add_double(3, c);
    out.add_message(tag, bytes);
}

std::array<double, 3> get_three(FieldReader& in) {
    std::array<double, 3> values{};
    for (FieldReader part = in.get_message(); part.next();) {
        switch (part.tag()) {
            case 1: values[0] = part.get_double(); break;
            case 2: values[1] = part.get_double(); break;
            case 3: values[2] = part.get_double(); break;
            default: part.skip();
        }
    }
    return values;
}

void put_fields(protozero::pbf_writer& out, Tag tag, const SessionFields& fields) {
    std::string bytes;
    protozero::pbf_writer part(bytes);
    if (fields.external_id) part.add_string(1, *fields.external_id);
    if (fields.project) part.add_string(2, *fields.project);
    if (fields.duration) part.add_double(3, *fields.duration);
    put_strings(part, 4, fields.contact_ids);
    put_strings(part, 5, fields.tags);
    if (fields.billing) put_three(part, 6, fields.billing->input, fields.billing->output, fields.billing->total);
    if (fields.usage) put_three(part, 7, fields.usage->prompt, fields.usage->completion, fields.usage->total);
    if (fields.traces_count) part.add_double(8, *fields.traces_count);
    put_time(part, 9, fields.started_at);
    put_time(part, 10, fields.updated_at);
    if (fields.title) part.add_string(11, *fields.title);
    if (fields.client) part.add_string(12, *fields.client);
    if (fields.repo) part.add_string(13, *fields.repo);
    if (fields.kind) part.add_string(14, *fields.kind);
    out.add_message(tag, bytes);
}

SessionFields get_fields(FieldReader& in) {
    SessionFields fields;
    for (FieldReader part = in.get_message(); part.next();) {
        switch (part.tag()) {
            case 1: fields.external_id = part.get_string(); break;
            case 2: fields.project = part.get_string(); break;
            case 3: fields.duration = part.get_double(); break;
            case 4: fields.contact_ids = get_strings(part); break;
            case 5: fields.tags = get_strings(part); break;
            case 6: {
                auto [input, output, total] = get_three(part);
                fields.billing = {input, output, total};
                break;
            }
            case 7: {
                auto [prompt, completion, total] = get_three(part);
                fields.usage = {prompt, completion, total};
                break;
            }
            case 8: fields.traces_count = part.get_double(); break;
            case 9: fields.started_at = get_time(part); break;
            case 10: fields.updated_at = get_time(part); break;
            case 11: fields.title = part.get_string(); break;
            case 12: fields.client = part.get_string(); break;
            case 13: fields.repo = part.get_string(); break;
            case 14: fields.kind = part.get_string(); break;
            default: part.skip();
        }
    }
    return fields;
}

/// Body of create, patch and delete: 1 id, 2 workspace, 3 at, 4 fields.
struct Call {
    std::string id;
    std::string workspace;
    Time at{};
    SessionFields fields;
};

void put_call(protozero::pbf_writer& out, Tag kind, const Call& call) {
    std::string bytes;
    protozero::pbf_writer part(bytes);
    part.add_string(1, call.id);
    put_text(part, 2, call.workspace);
    put_time(part, 3, call.at);
    put_fields(part, 4, call.fields);
    out.add_message(kind, bytes);
}

Call get_call(FieldReader& in) {
    Call call;
    for (FieldReader part = in.get_message(); part.next();) {
        switch (part.tag()) {
            case 1: call.id = part.get_string(); break;
            case 2: call.workspace = part.get_string(); break;
            case 3: call.at = get_time(part); break;
            case 4: call.fields = get_fields(part); break;
            default: part.skip();
        }
    }
    return call;
}

SessionsMade::Made get_made(FieldReader& in) {
    SessionsMade::Made made;
    for (FieldReader part = in.get_message(); part.next();) {
        switch (part.tag()) {
            case 1: made.workspace = part.get_string(); break;
            case 2: made.project = part.get_string(); break;
            case 3: made.external_id = part.get_string(); break;
            case 4: made.id = part.get_string(); break;
            default: part.skip();
        }
    }
    return made;
}

struct Encoder {
    protozero::pbf_writer& out;

    void operator()(const CreateSession& create) const {
        put_call(out, kCreate, {create.id, create.workspace, create.at, create.fields});
    }
    void operator()(const PatchSession& patch) const { put_call(out, kPatch, {patch.id, "", patch.at, patch.fields}); }
    void operator()(const DeleteSession& gone) const { put_call(out, kDelete, {gone.id, "", gone.at, {}}); }
    void operator()(const SessionsMade& list) const {
        for (const SessionsMade::Made& made : list.sessions) {
            std::string bytes;
            protozero::pbf_writer part(bytes);
            part.add_string(1, made.workspace);
            put_text(part, 2, made.project);
            part.add_string(3, made.external_id);
            part.add_string(4, made.id);
            out.add_message(kMade, bytes);
        }
    }
};

}  // namespace

std::string encode_operation(const Operation& operation) {
    std::string bytes;
    protozero::pbf_writer out(bytes);
    std::visit(Encoder{out}, operation);
    return bytes;
}

Result<Operation> decode_operation(std::string_view bytes) {
    std::optional<Operation> operation;
    SessionsMade made;
    SPANREEL_CHECK(read_message("operation", bytes, [&](FieldReader& in) {
        while (in.next()) {
            if (in.tag() == kMade) {
                made.sessions.push_back(get_made(in));
                continue;
            }
            Tag kind = in.tag();
            if (kind < kCreate || kind > kDelete) {
                in.skip();
                continue;
            }
            Call call = get_call(in);
            if (kind == kCreate)
                operation =
                    CreateSession{std::move(call.id), std::move(call.workspace), std::move(call.fields), call.at};
            else if (kind == kPatch)
                operation = PatchSession{std::move(call.id), std::move(call.fields), call.at};
            else
                operation = DeleteSession{std::move(call.id), call.at};
        }
    }));
    if (operation) return *std::move(operation);
    if (!made.sessions.empty()) return made;
    return fail(Code::unsupported, "an operation on the tape is of a kind this version does not know");
}

}  // namespace spanreel::trace
