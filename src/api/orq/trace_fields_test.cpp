// SPDX-License-Identifier: Apache-2.0
#include "api/orq/trace_fields.hpp"

#include <gtest/gtest.h>

#include "api/json/json_text.hpp"
#include "store/embedded/trace_filter.hpp"

namespace spanreel::api::orq {
namespace {

TEST(TraceFields, AreWhatTheStoreKnows) {
    for (const TraceField& field : trace_fields()) {
        if (field.name == kContentField) continue;  // on the tape
        const store::TracePath* path = store::find_trace_path(field.name);
        ASSERT_NE(path, nullptr) << field.name;
        EXPECT_EQ(path->value == store::TraceValue::list, field.list) << field.name;
        EXPECT_EQ(path->value == store::TraceValue::number, field.type == TraceFieldType::number) << field.name;
        EXPECT_EQ(path->value == store::TraceValue::date, field.type == TraceFieldType::date) << field.name;
    }
}

TEST(TraceFields, EachTakesItsOperatorsAndNoOther) {
    for (const TraceField& field : trace_fields()) {
        for (std::string_view op : kNames<TraceOperator>) {
            const auto listed = std::ranges::find(field.operators, op, [](TraceOperator one) { return name_of(one); });
            std::vector<std::string> values;
            if (!op.ends_with("exists"))
                values.assign(op == "between" ? 2 : 1, field.type == TraceFieldType::date ? "2026-01-02T03:04:05Z"
                                                       : field.name == "trace_id"         ? std::string(32, '1')
                                                                                          : "1");
            auto filter = trace_condition(field.name, op, values);
            EXPECT_EQ(filter.has_value(), listed != field.operators.end()) << field.name << " " << op;
            if (!filter) EXPECT_EQ(filter.error().field, "op") << filter.error().message;
        }
    }
}

TEST(TraceFields, RefuseWhatIsWrongByName) {
    using Values = std::vector<std::string>;
    auto field_of = [](std::string_view field, std::string_view op, const Values& values) {
        auto filter = trace_condition(field, op, values);
        return filter ? "" : filter.error().field;
    };
    EXPECT_EQ(field_of("nope", "eq", {"x"}), "field");
    EXPECT_EQ(field_of("attributes.x", "eq", {"x"}), "field");
    EXPECT_EQ(field_of("name", "==", {"x"}), "op");
    EXPECT_EQ(field_of("name", "eq", {}), "values");
    EXPECT_EQ(field_of("name", "eq", {"x", "y"}), "values");
    EXPECT_EQ(field_of("name", "in", {}), "values");
    EXPECT_EQ(field_of("name", "exists", {"x"}), "values");
    EXPECT_EQ(field_of("duration_ms", "between", {"1"}), "values");
    for (std::string_view text : {"", "x", "1x", "nan", "inf", "1e999", "0x10", " 1"})
        EXPECT_EQ(field_of("duration_ms", "eq", {std::string(text)}), "values") << text;
    EXPECT_EQ(field_of("end_time", "gt", {"1760000000000"}), "values");
    EXPECT_EQ(field_of("trace_id", "eq", {"12"}), "values");
    EXPECT_EQ(field_of("models", "eq", {"x"}), "") << "an alias";
    auto id = trace_condition("trace_id", "eq", {"0000000A-0000-0000-0000-000000000001"});
    ASSERT_TRUE(id);
    EXPECT_EQ(id->values.front(), "0000000a000000000000000000000001");
}

TEST(TraceFields, AreListed) {
    const auto fields = trace_fields_json();
    ASSERT_EQ(fields.size(), trace_fields().size());
    EXPECT_EQ(to_text(fields.at(3)),
              R"({"name":"status","label":"Status","type":"string","scope":"trace","match":"one","facet":true,)"
              R"("sortable":false,"groupable":true,"operators":["eq","neq","in","not_in"],)"
              R"("enum_values":["unset","ok","error"]})");
    int sortable = 0;
    for (const auto& field : fields) sortable += field.at("sortable").as_bool();
    EXPECT_EQ(sortable, 1);
    EXPECT_EQ(to_text(trace_facets_json().at(0)), R"({"field":"name","label":"Name","type":"string"})");
}

}  // namespace
}  // namespace spanreel::api::orq
