// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/session_lists.hpp"

#include <array>

#include "store/embedded/span_index.hpp"

namespace spanreel::store {

namespace {

enum SessionColumn : std::uint8_t {
    id,
    external_id,
    workspace_id,
    project_id,
    title,
    client,
    repo,
    kind,
    duration,
    started_at,
    updated_at,
    traces_count,
    input_cost,
    output_cost,
    total_cost,
    prompt_tokens,
    completion_tokens,
    total_tokens,
    tags,
    contact_ids,
};

constexpr std::array<Column, 20> kColumns{{
    {"_id", ColumnType::text},
    {"external_id", ColumnType::text},
    {"workspace_id", ColumnType::text},
    {"project_id", ColumnType::text},
    {"title", ColumnType::text},
    {"client", ColumnType::text},
    {"repo", ColumnType::text},
    {"kind", ColumnType::text},
    {"duration", ColumnType::number},
    {"started_at", ColumnType::date},
    {"updated_at", ColumnType::date},
    {"traces_count", ColumnType::number},
    {"billing.input_cost", ColumnType::number},
    {"billing.output_cost", ColumnType::number},
    {"billing.total_cost", ColumnType::number},
    {"usage.prompt_tokens", ColumnType::number},
    {"usage.completion_tokens", ColumnType::number},
    {"usage.total_tokens", ColumnType::number},
    {"tags", ColumnType::list},
    {"contact_ids", ColumnType::list},
}};

using Cells = std::array<Cell, kColumns.size()>;

/// Calls `text(column, member)`, `date(...)`, `number(...)` and `list(...)` for all that a list shows. Dates have less
/// than 2^53 milliseconds, so that a double holds each.
template <class Row, class Text, class Date, class Number, class List>
void each_column(Row& row, Text&& text, Date&& date, Number&& number, List&& list) {
    text(id, row.id), text(external_id, row.external_id), text(workspace_id, row.workspace);
    text(project_id, row.project), text(title, row.title), text(client, row.client), text(repo, row.repo);
    text(kind, row.kind);
    date(started_at, row.started_at), date(updated_at, row.updated_at);
    number(duration, row.duration), number(traces_count, row.traces_count);
    number(input_cost, row.input_cost), number(output_cost, row.output_cost), number(total_cost, row.total_cost);
    number(prompt_tokens, row.prompt_tokens), number(completion_tokens, row.completion_tokens);
    number(total_tokens, row.total_tokens);
    list(tags, row.tags), list(contact_ids, row.contact_ids);
}

Cells cells_of(const SessionRow& row) {
    Cells cells;
    each_column(
        row, [&](SessionColumn column, const std::string& text) { cells[column].text = text; },
        [&](SessionColumn column, std::int64_t millis) { cells[column].number = static_cast<double>(millis); },
        [&](SessionColumn column, double number) { cells[column].number = number; },
        [&](SessionColumn column, const std::vector<std::string>& list) { cells[column].list = &list; });
    return cells;
}

SessionRow row_of(const RowRef& ref) {
    SessionRow row;
    const Block& block = *ref.block;
    each_column(
        row, [&](SessionColumn column, std::string& text) { text = block.text(column)[ref.row]; },
        [&](SessionColumn column, std::int64_t& millis) {
            millis = static_cast<std::int64_t>(block.number(column).values[ref.row]);
        },
        [&](SessionColumn column, double& number) { number = block.number(column).values[ref.row]; },
        [&](SessionColumn column, std::vector<std::string>& list) {
            const ListColumn& lists = block.list(column);
            for (std::uint32_t item : lists.list(lists.entries[ref.row])) list.emplace_back(lists.texts[item]);
        });
    return row;
}

const std::string& path_of(SessionColumn column) {
    static const std::vector<std::string> paths = [] {
        std::vector<std::string> made;
        for (const Column& one : kColumns) made.emplace_back(one.path);
        return made;
    }();
    return paths[column];
}

/// What the caller may see of the workspace.
Filter scope_of(const SessionQuery& query) {
    if (!query.project) return {};
    if (query.project->empty()) return {.kind = Filter::Kind::empty, .paths = {path_of(project_id)}};
    return {.kind = Filter::Kind::equals, .paths = {path_of(project_id)}, .values = {*query.project}};
}

Filter filter_of(const SessionQuery& query) {
    if (!query.active_from && !query.active_to) return query.filter;
    Filter active{.kind = Filter::Kind::date_in, .paths = {path_of(updated_at)}};
    if (query.active_from) active.range.least = static_cast<double>(*query.active_from);
    if (query.active_to) active.range.most = static_cast<double>(*query.active_to);
    return {.children = {std::move(active), query.filter}};
}

/// Of the first row of the page; behind every row when that is a larger number than there is.
std::uint64_t offset_of(const SessionQuery& query) {
    std::uint64_t offset = 0;
    const auto page = static_cast<std::uint64_t>(query.page - 1), limit = static_cast<std::uint64_t>(query.limit);
    return __builtin_mul_overflow(page, limit, &offset) ? UINT64_MAX : offset;
}

}  // namespace

bool is_sortable(const std::string& path) {
    const auto column = find_column(kColumns, path);
    return column && kColumns[*column].type != ColumnType::list;
}

bool is_array(std::string_view path) {
    const auto column = find_column(kColumns, path);
    return column && kColumns[*column].type == ColumnType::list;
}

SessionLists::SessionLists() : table_(kColumns) {}

Result<void> SessionLists::whole() const {
    if (failure_) return std::unexpected(*failure_);
    return {};
}

Result<void> SessionLists::load(Connection& connection) {
    // In the order of the columns; states, which lists do not show, stay where they are.
    auto select = connection.prepare(
        "SELECT id, external_id, workspace, project, title, client, repo, kind, duration, started_at, updated_at, "
        "traces_count, input_cost, output_cost, total_cost, prompt_tokens, completion_tokens, total_tokens, tags, "
        "contact_ids FROM trace_sessions");
    Cells cells;
    std::array<std::vector<std::string>, kColumns.size()> lists;
    while (select->executeStep()) {
        for (std::size_t i = 0; i < kColumns.size(); ++i) {
            const SQLite::Column value = select->getColumn(static_cast<int>(i));
            if (kColumns[i].type == ColumnType::text) {
                cells[i].text = {value.getText(), static_cast<std::size_t>(value.getBytes())};
            } else if (kColumns[i].type == ColumnType::list) {
                lists[i] = list_from(value.getText());
                cells[i].list = &lists[i];
            } else {
                cells[i].number = value.getDouble();
            }
        }
        table_.put(cells[workspace_id].text, cells);
    }
    return {};
}

void SessionLists::show(const std::vector<std::shared_ptr<const SessionRow>>& changed,
                        const std::vector<std::string>& removed) {
    std::vector<Cells> cells;
    cells.reserve(changed.size());
    std::vector<ColumnTable::Row> rows;
    for (const auto& row : changed) {
        cells.push_back(cells_of(*row));
        rows.push_back({row->workspace, cells.back()});
    }
    table_.change(removed, rows);
}

Result<SessionPage> SessionLists::query(const SessionQuery& query) const {
    SPANREEL_CHECK(whole());
    RowQuery rows{.scope = scope_of(query),
                  .filter = filter_of(query),
                  .sort = query.sort,
                  .offset = offset_of(query),
                  .limit = static_cast<std::uint64_t>(query.limit),
                  .after = query.after,
                  .before = query.before};
    if (rows.sort.empty()) rows.sort = {{path_of(started_at), true}};
    SPANREEL_TRY(const ColumnTable::Page found, table_.query(query.workspace, rows));
    SessionPage page{.has_more = found.has_more};
    for (const RowRef& row : found.rows) page.rows.push_back(std::make_shared<const SessionRow>(row_of(row)));
    return page;
}

Result<std::int64_t> SessionLists::count(const SessionQuery& query) const {
    SPANREEL_CHECK(whole());
    SPANREEL_TRY(std::uint64_t count, table_.count(query.workspace, scope_of(query), filter_of(query)));
    return static_cast<std::int64_t>(count);
}

Result<std::vector<std::string>> SessionLists::tags(const SessionQuery& query) const {
    SPANREEL_CHECK(whole());
    return table_.distinct(query.workspace, scope_of(query), kColumns[SessionColumn::tags].path);
}

}  // namespace spanreel::store
