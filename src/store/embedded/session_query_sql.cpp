// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/session_query_sql.hpp"

#include <algorithm>
#include <array>
#include <variant>

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

/// The values of the parameters of an SQL text, in order: `?N` names the Nth.
struct Sql {
    std::vector<std::variant<std::string, double>> values;

    std::string parameter(std::variant<std::string, double> value) {
        values.push_back(std::move(value));
        return fmt::format("?{}", values.size());
    }
};

std::string compile(const Filter& filter, Sql& sql);

std::string compile_children(const Filter& filter, Sql& sql) {
    bool all = filter.kind == Filter::Kind::all;
    std::string out;
    for (const Filter& child : filter.children) {
        if (!out.empty()) out += all ? " AND " : " OR ";
        out += compile(child, sql);
    }
    if (out.empty()) out = all ? "1" : "0";
    // What is NULL did not match.
    return filter.kind == Filter::Kind::none ? fmt::format("NOT coalesce({}, 0)", out) : "(" + out + ")";
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

/// `function(text, needle)` of the folded value, or of any element, with any of the needles.
std::string compile_text(const PathColumn& column, std::string_view function, const std::vector<std::string>& needles,
                         Sql& sql) {
    std::vector<std::string> folded;
    for (const std::string& needle : needles) folded.push_back(fold_case(needle));
    std::string from, text = shown(column), needle;
    if (column.type == ColumnType::array) {
        from = fmt::format("json_each({}) AS element", column.sql);
        text = "element.value";
    }
    if (folded.size() == 1) {
        needle = sql.parameter(folded.front());
    } else {
        // By a name of its own: json_each has columns, `id` among them, that would hide the session's.
        from += fmt::format("{}(SELECT value AS needle FROM json_each({}))", from.empty() ? "" : ", ",
                            sql.parameter(list_text(folded)));
        needle = "needle";
    }
    std::string found = fmt::format("{}(fold_case({}), {}) > 0", function, text, needle);
    return from.empty() ? "(" + found + ")" : fmt::format("EXISTS (SELECT 1 FROM {} WHERE {})", from, found);
}

std::string compile_number_is(const PathColumn& column, const std::vector<double>& numbers, Sql& sql) {
    std::string list;
    for (double number : numbers) list += (list.empty() ? "" : ",") + sql.parameter(number);
    return fmt::format("({} IN ({}))", column.sql, list);
}

std::string compile_range(const PathColumn& column, const Filter::Range& range, Sql& sql) {
    std::string out;
    auto bound = [&](const std::optional<double>& end, std::string_view comparison, bool included) {
        if (!end) return;
        if (!out.empty()) out += " AND ";
        out += fmt::format("{} {}{} {}", column.sql, comparison, included ? "=" : "", sql.parameter(*end));
    };
    bound(range.least, ">", range.least_included);
    bound(range.most, "<", range.most_included);
    return out.empty() ? "1" : "(" + out + ")";
}

std::string compile_leaf(const PathColumn& column, const Filter& filter, Sql& sql) {
    using enum Filter::Kind;
    bool texts =
        filter.kind == equals || filter.kind == contains || filter.kind == starts_with || filter.kind == ends_with;
    if (texts && filter.values.empty()) return "0";
    if (filter.kind == equals) return compile_equals(column, filter.values, sql);
    if (filter.kind == contains) return compile_text(column, "instr", filter.values, sql);
    if (filter.kind == starts_with) return compile_text(column, "starts_with", filter.values, sql);
    if (filter.kind == ends_with) return compile_text(column, "ends_with", filter.values, sql);
    if (column.type != (filter.kind == date_in ? ColumnType::date : ColumnType::number)) return "0";
    return filter.kind == number_is ? compile_number_is(column, filter.numbers, sql)
                                    : compile_range(column, filter.range, sql);
}

std::string compile_empty(const Filter& filter) {
    std::string out = "1";
    for (const std::string& path : filter.paths)
        if (const PathColumn* column = column_of(path))
            out += fmt::format(" AND {} {}", column->sql, column->type == ColumnType::array ? "= '[]'" : "IS NULL");
    return "(" + out + ")";
}

std::string compile(const Filter& filter, Sql& sql) {
    using enum Filter::Kind;
    if (filter.kind == all || filter.kind == any || filter.kind == none) return compile_children(filter, sql);
    if (filter.kind == empty) return compile_empty(filter);
    std::string out;
    for (const std::string& path : filter.paths) {
        const PathColumn* column = column_of(path);
        if (!column) continue;
        if (!out.empty()) out += " OR ";
        out += compile_leaf(*column, filter, sql);
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

void lay_over(Connection& connection, const UnsavedSessions& unsaved) {
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
    for (const auto& row : unsaved.rows) {
        bind_session(*put, *row);
        put->exec();
        put->reset();
        hide_id(row->id);
    }
    for (const std::string& id : unsaved.removed) hide_id(id);
    connection.execute("PRAGMA query_only = ON");
}

/// What to select from: the saved rows, with the unsaved ones laid over them.
std::string_view table_of(Connection& connection, const UnsavedSessions& unsaved) {
    if (unsaved.rows.empty() && unsaved.removed.empty()) return "main.trace_sessions";
    lay_over(connection, unsaved);
    return kMerged;
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
    int index = 0;
    for (const auto& value : sql.values) {
        ++index;
        if (const auto* text = std::get_if<std::string>(&value))
            statement.bindNoCopy(index, *text);
        else
            statement.bind(index, std::get<double>(value));
    }
}

}  // namespace

bool is_sortable(const std::string& path) {
    const PathColumn* column = column_of(path);
    return column && column->type != ColumnType::array;
}

bool is_array(std::string_view path) {
    const PathColumn* column = column_of(path);
    return column && column->type == ColumnType::array;
}

Result<SessionPage> run_session_query(Connection& connection, const SessionQuery& query,
                                      const UnsavedSessions& unsaved) {
    SPANREEL_TRY(auto terms, order_terms(query));
    std::string_view table = table_of(connection, unsaved);
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

std::int64_t count_sessions(Connection& connection, const SessionQuery& query, const UnsavedSessions& unsaved) {
    std::string_view table = table_of(connection, unsaved);
    Sql sql;
    std::string where = conditions(query, sql);
    auto count = connection.prepare(fmt::format("SELECT count(*) FROM {} WHERE {}", table, where));
    bind_parameters(*count, sql);
    count->executeStep();
    return count->getColumn(0).getInt64();
}

std::vector<std::string> tags_of_sessions(Connection& connection, const SessionQuery& query,
                                          const UnsavedSessions& unsaved) {
    std::string_view table = table_of(connection, unsaved);
    Sql sql;
    std::string where = conditions(query, sql);
    auto select = connection.prepare(fmt::format(
        "SELECT DISTINCT value FROM (SELECT tags FROM {} WHERE {}), json_each(tags) ORDER BY value", table, where));
    bind_parameters(*select, sql);
    std::vector<std::string> tags;
    while (select->executeStep()) tags.push_back(select->getColumn(0).getString());
    return tags;
}

}  // namespace spanreel::store
