// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/list_sql.hpp"

#include <algorithm>

#include "base/case_folding.hpp"

namespace spanreel::store {

namespace {

constexpr std::array<std::string_view, 6> kOperators{"=", "", ">", ">=", "<", "<="};

Result<const ListField*> find_field(const Table& table, std::string_view name) {
    auto found = std::ranges::find(table.fields, name, &ListField::name);
    if (found == table.fields.end())
        return fail(Code::invalid, fmt::format("unknown field: \"{}\"", name), std::string(name));
    return &*found;
}

bool fits(FieldKind kind, const FilterValue& value) {
    switch (kind) {
        case FieldKind::boolean: return std::holds_alternative<bool>(value);
        case FieldKind::number:
            return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
        case FieldKind::text:
        case FieldKind::word: break;
    }
    return std::holds_alternative<std::string>(value);
}

class ListCompiler {
  public:
    ListCompiler(const Table& table, const ListQuery& query) : table_(table), query_(query) {
        parameter(std::int64_t{query.now.time_since_epoch().count()});  // ?1 of the fields
    }

    Result<ListSql> run() {
        sql_.where = " WHERE workspace = " + parameter(query_.workspace);
        if (query_.project) also(fmt::format("{} = {}", kProject, parameter(*query_.project)));
        if (table_.deletes && !query_.include_deleted) also("deleted = 0");
        if (!table_.condition.empty()) also(std::string(table_.condition));
        if (query_.after_id) also("id > " + parameter(*query_.after_id));
        for (const ListFilter& filter : query_.filters) SPANREEL_CHECK(add(filter));
        SPANREEL_CHECK(set_order());
        return std::move(sql_);
    }

  private:
    std::string parameter(FilterValue value) {
        sql_.parameters.push_back(std::move(value));
        return fmt::format("?{}", sql_.parameters.size());
    }

    void also(const std::string& condition) { sql_.where += " AND " + condition; }

    Result<void> add(const ListFilter& filter) {
        SPANREEL_TRY(const ListField* field, find_field(table_, filter.field));
        bool text = field->kind == FieldKind::text || field->kind == FieldKind::word;
        if (!fits(field->kind, filter.value) || (filter.op == FilterOperator::contains && !text))
            return fail(Code::invalid, fmt::format("wrong kind of value for field \"{}\"", filter.field), filter.field);
        if (filter.op == FilterOperator::contains)
            also(fmt::format("instr(fold_case({}), {}) > 0", field->sql,
                             parameter(fold_case(std::get<std::string>(filter.value)))));
        else
            also(fmt::format("{} {} {}", field->sql, kOperators[static_cast<std::size_t>(filter.op)],
                             parameter(filter.value)));
        return {};
    }

    Result<void> set_order() {
        sql_.order_by = " ORDER BY ";
        for (const ListOrder& order : query_.order) {
            SPANREEL_TRY(const ListField* field, find_field(table_, order.field));
            sql_.order_by += fmt::format("{}{} NULLS LAST, ", field->sql, order.descending ? " DESC" : "");
        }
        if (query_.order.empty()) sql_.order_by += fmt::format("{}, ", table_.default_order);
        sql_.order_by += "id";
        return {};
    }

    const Table& table_;
    const ListQuery& query_;
    ListSql sql_;
};

}  // namespace

int ListSql::bind(SQLite::Statement& statement) const {
    int at = 1;
    for (const FilterValue& parameter : parameters) {
        if (auto text = std::get_if<std::string>(&parameter))
            statement.bind(at, *text);
        else if (auto integer = std::get_if<std::int64_t>(&parameter))
            statement.bind(at, *integer);
        else if (auto real = std::get_if<double>(&parameter))
            statement.bind(at, *real);
        else
            statement.bind(at, std::get<bool>(parameter) ? 1 : 0);
        ++at;
    }
    return at;
}

Result<ListSql> compile_list(const Table& table, const ListQuery& query) { return ListCompiler(table, query).run(); }

}  // namespace spanreel::store
