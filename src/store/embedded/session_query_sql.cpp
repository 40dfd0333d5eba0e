// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/session_query_sql.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/case_folding.hpp"
#include "store/embedded/span_index.hpp"
#include "store/embedded/span_index_schema.hpp"

namespace spanreel::store {

namespace {

enum class ColumnType { text, number, date, array };

struct PathColumn {
    std::string_view path;
    std::string_view sql;
    ColumnType type;
};

// An empty text is an absent value; `_id`, `external_id` and `workspace_id` are never empty.
constexpr std::array<PathColumn, 20> kPaths{{
    {"_id", "id", ColumnType::text},
    {"external_id", "external_id", ColumnType::text},
    {"workspace_id", "workspace", ColumnType::text},
    {"project_id", "nullif(project, '')", ColumnType::text},
    {"title", "nullif(title, '')", ColumnType::text},
    {"client", "nullif(client, '')", ColumnType::text},
    {"repo", "nullif(repo, '')", ColumnType::text},
    {"kind", "nullif(kind, '')", ColumnType::text},
    {"duration", "duration", ColumnType::number},
    {"started_at", "started_at", ColumnType::date},
    {"updated_at", "updated_at", ColumnType::date},
    {"traces_count", "traces_count", ColumnType::number},
    {"billing.input_cost", "input_cost", ColumnType::number},
    {"billing.output_cost", "output_cost", ColumnType::number},
    {"billing.total_cost", "total_cost", ColumnType::number},
    {"usage.prompt_tokens", "prompt_tokens", ColumnType::number},
    {"usage.completion_tokens", "completion_tokens", ColumnType::number},
    {"usage.total_tokens", "total_tokens", ColumnType::number},
    {"tags", "tags", ColumnType::array},
    {"contact_ids", "contact_ids", ColumnType::array},
}};

const PathColumn* column_of(std::string_view path) {
    auto found = std::ranges::find(kPaths, path, &PathColumn::path);
    return found == kPaths.end() ? nullptr : &*found;
}

/// The values of the parameters of an SQL text, in order.
struct Sql {
    std::vector<std::string> texts;  ///< `?N` names the Nth

    std::string parameter(std::string value) {
        texts.push_back(std::move(value));
        return fmt::format("?{}", texts.size());
    }
};

std::string compile(const Filter& filter, Sql& sql);

std::string compile_children(const Filter& filter, Sql& sql) {
    bool all = filter.kind == Filter::Kind::all;
    if (filter.children.empty()) return all ? "1" : "0";
    std::string out = "(";
    for (const Filter& child : filter.children) {
        if (out.size() > 1) out += all ? " AND " : " OR ";
        out += compile(child, sql);
    }
    return out + ")";
}

/// The value as the wire shows it, which is what is asked for; NULL, which nothing equals or contains, when absent.
std::string shown(const PathColumn& column) {
    if (column.type == ColumnType::number) return fmt::format("number_text({})", column.sql);
    if (column.type == ColumnType::date) return fmt::format("date_text({})", column.sql);
    return std::string(column.sql);
}

/// More values go in one parameter: SQLite takes quadratic time over thousands of them, but searches an index only for
/// those it sees one by one.
constexpr std::size_t kMostListed = 125;

std::string compile_is_one_of(const std::vector<std::string>& values, Sql& sql) {
    if (values.size() > kMostListed)
        return fmt::format("IN (SELECT value FROM json_each({}))", sql.parameter(list_text(values)));
    std::string list;
    for (const std::string& value : values) list += (list.empty() ? "" : ",") + sql.parameter(value);
    return values.size() == 1 ? "= " + list : "IN (" + list + ")";
}

std::string compile_equals(const PathColumn& column, const std::vector<std::string>& values, Sql& sql) {
    std::string is_one = compile_is_one_of(values, sql);
    if (column.type == ColumnType::array)
        return fmt::format("EXISTS (SELECT 1 FROM json_each({}) WHERE value {})", column.sql, is_one);
    return fmt::format("({} {})", shown(column), is_one);
}

std::string compile_contains(const PathColumn& column, const std::string& needle, Sql& sql) {
    std::string folded = sql.parameter(fold_case(needle));
    if (column.type == ColumnType::array)
        return fmt::format("EXISTS (SELECT 1 FROM json_each({}) WHERE instr(fold_case(value), {}))", column.sql,
                           folded);
    return fmt::format("(instr(fold_case({}), {}) > 0)", shown(column), folded);
}

std::string compile(const Filter& filter, Sql& sql) {
    if (filter.kind == Filter::Kind::all || filter.kind == Filter::Kind::any) return compile_children(filter, sql);
    std::string out;
    for (const std::string& path : filter.paths) {
        const PathColumn* column = column_of(path);
        if (!column || filter.values.empty()) continue;
        if (!out.empty()) out += " OR ";
        out += filter.kind == Filter::Kind::equals ? compile_equals(*column, filter.values, sql)
                                                   : compile_contains(*column, filter.values.front(), sql);
    }
    return out.empty() ? "0" : "(" + out + ")";
}

/// One comparison of the order: absent values last is a comparison of its own.
struct OrderTerm {
    std::string expression;
    bool descending = false;
};

Result<std::vector<OrderTerm>> order_terms(const SessionQuery& query) {
    std::vector<OrderTerm> terms;
    if (query.sort.empty()) terms.push_back({"started_at", true});
    for (const SortKey& key : query.sort) {
        const PathColumn* column = column_of(key.path);
        if (!column || column->type == ColumnType::array)
            return fail(Code::invalid, fmt::format("cannot sort by \"{}\"", key.path), "sortingProps");
        std::string expression(column->sql);
        if (expression.starts_with("nullif")) terms.push_back({fmt::format("({} IS NULL)", expression), false});
        terms.push_back({std::move(expression), key.descending});
    }
    terms.push_back({"id", false});
    return terms;
}

std::string order_by(const std::vector<OrderTerm>& terms, bool reversed) {
    std::string out;
    for (const OrderTerm& term : terms) {
        if (!out.empty()) out += ", ";
        out += term.expression;
        if (term.descending != reversed) out += " DESC";
    }
    return out;
}

/// Rows behind (or before) the one in the CTE `cursor`, whose columns c0, c1 ... are the terms' values.
std::string beyond_cursor(const std::vector<OrderTerm>& terms, bool reversed) {
    std::string out = "0";
    std::string equal_so_far;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        std::string cursor = fmt::format("(SELECT c{} FROM cursor)", i);
        out += fmt::format(" OR ({}{} {} {})", equal_so_far, terms[i].expression,
                           terms[i].descending != reversed ? "<" : ">", cursor);
        equal_so_far += fmt::format("{} IS {} AND ", terms[i].expression, cursor);
    }
    return "(" + out + ")";
}

constexpr std::string_view kMerged =
    "(SELECT * FROM temp.unsaved_sessions UNION ALL "
    "SELECT * FROM main.trace_sessions WHERE id NOT IN (SELECT id FROM temp.hidden_sessions))";

void lay_over(Connection& connection, const std::vector<std::shared_ptr<const SessionRow>>& unsaved,
              const std::vector<std::string>& removed) {
    connection.execute("PRAGMA query_only = OFF");  // temporary tables only; the read's rollback drops them
    connection.execute(
        fmt::format("CREATE TEMP TABLE unsaved_sessions ({0}, PRIMARY KEY (id)) WITHOUT ROWID;"
                    "CREATE TEMP TABLE hidden_sessions (id TEXT PRIMARY KEY) WITHOUT ROWID",
                    kSessionColumns));
    auto put = connection.prepare(fmt::format(
        "INSERT INTO temp.unsaved_sessions ({}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", kSessionColumns));
    auto hide = connection.prepare("INSERT OR IGNORE INTO temp.hidden_sessions VALUES (?)");
    auto hide_id = [&](const std::string& id) {
        hide->bindNoCopy(1, id);
        hide->exec();
        hide->reset();
    };
    for (const auto& row : unsaved) {
        bind_session(*put, *row);
        put->exec();
        put->reset();
        hide_id(row->id);
    }
    for (const std::string& id : removed) hide_id(id);
    connection.execute("PRAGMA query_only = ON");
}

std::string conditions(const SessionQuery& query, Sql& sql) {
    std::string where = "workspace = " + sql.parameter(query.workspace);
    if (query.project) where += " AND project = " + sql.parameter(*query.project);
    if (query.active_from) where += fmt::format(" AND updated_at >= {}", *query.active_from);
    if (query.active_to) where += fmt::format(" AND updated_at <= {}", *query.active_to);
    return where + " AND " + compile(query.filter, sql);
}

/// The row to continue from need not match the filter, but the caller must see it.
Result<void> check_cursor(Connection& connection, std::string_view table, const SessionQuery& query,
                          const std::string& id) {
    auto select = connection.prepare(fmt::format("SELECT project FROM {} WHERE id = ? AND workspace = ?", table));
    select->bindNoCopy(1, id);
    select->bindNoCopy(2, query.workspace);
    if (select->executeStep() && (!query.project || *query.project == select->getColumn(0).getString())) return {};
    return fail(Code::invalid, fmt::format("no session \"{}\" to continue from", id), "pagination");
}

void bind_parameters(SQLite::Statement& statement, const Sql& sql) {
    for (std::size_t i = 0; i < sql.texts.size(); ++i) statement.bindNoCopy(static_cast<int>(i + 1), sql.texts[i]);
}

}  // namespace

bool is_sortable(const std::string& path) {
    const PathColumn* column = column_of(path);
    return column && column->type != ColumnType::array;
}

Result<SessionPage> run_session_query(Connection& connection, const SessionQuery& query,
                                      const std::vector<std::shared_ptr<const SessionRow>>& unsaved,
                                      const std::vector<std::string>& removed) {
    SPANREEL_TRY(auto terms, order_terms(query));
    bool merged = !unsaved.empty() || !removed.empty();
    if (merged) lay_over(connection, unsaved, removed);
    std::string_view table = merged ? kMerged : "main.trace_sessions";
    bool reversed = !query.before.empty();
    const std::string& cursor = reversed ? query.before : query.after;

    Sql sql;
    std::string where = conditions(query, sql);
    std::string with, beyond;
    std::int64_t offset = 0;
    if (!cursor.empty()) {
        SPANREEL_CHECK(check_cursor(connection, table, query, cursor));
        std::string columns;
        for (std::size_t i = 0; i < terms.size(); ++i)
            columns += fmt::format("{}{} AS c{}", i ? ", " : "", terms[i].expression, i);
        with = fmt::format("WITH cursor AS MATERIALIZED (SELECT {} FROM {} WHERE id = {}) ", columns, table,
                           sql.parameter(cursor));
        beyond = beyond_cursor(terms, reversed);
    } else {
        offset = (query.page - 1) * query.limit;
    }
    auto select = connection.prepare(fmt::format("{}SELECT {} FROM {} WHERE {}{} ORDER BY {} LIMIT {} OFFSET {}", with,
                                                 kSessionColumns, table, where, cursor.empty() ? "" : " AND " + beyond,
                                                 order_by(terms, reversed), query.limit + 1, offset));
    bind_parameters(*select, sql);
    SessionPage page;
    while (select->executeStep()) page.rows.push_back(std::make_shared<const SessionRow>(session_from(*select)));
    page.has_more = page.rows.size() > static_cast<std::size_t>(query.limit);
    if (page.has_more) page.rows.pop_back();
    if (reversed) {
        std::ranges::reverse(page.rows);
        // What follows the page is the cursor's row, if it matches, and what lies behind it.
        auto rest = connection.prepare(
            fmt::format("{}SELECT 1 FROM {} WHERE {} AND NOT coalesce({}, 0) LIMIT 1", with, table, where, beyond));
        bind_parameters(*rest, sql);
        page.has_more = rest->executeStep();
    }
    return page;
}

}  // namespace spanreel::store
