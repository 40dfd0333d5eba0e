// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/noun_list.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace spanreel::store {

namespace {

constexpr std::string_view kDeletedPath = "deleted", kProjectPath = "projectId";

bool is_text(FieldKind kind) { return kind == FieldKind::text || kind == FieldKind::word; }

bool fits(FieldKind kind, const FilterValue& value) {
    if (kind == FieldKind::boolean) return std::holds_alternative<bool>(value);
    if (kind == FieldKind::number)
        return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
    return std::holds_alternative<std::string>(value);
}

double number_of(const FilterValue& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
    return std::get<double>(value);
}

Result<FieldKind> kind_of(const Table& table, const std::string& name) {
    auto found = std::ranges::find(table.fields, name, &ListField::name);
    if (found == table.fields.end()) return fail(Code::invalid, fmt::format("unknown field: \"{}\"", name), name);
    return found->kind;
}

Result<Filter> compile(const Table& table, const ListFilter& filter) {
    SPANREEL_TRY(FieldKind kind, kind_of(table, filter.field));
    if (!fits(kind, filter.value) || (filter.op == FilterOperator::contains && !is_text(kind)))
        return fail(Code::invalid, fmt::format("wrong kind of value for field \"{}\"", filter.field), filter.field);
    Filter compiled{.paths = {filter.field}};
    if (is_text(kind)) {
        if (filter.op != FilterOperator::equal && filter.op != FilterOperator::contains)
            return fail(Code::invalid,
                        fmt::format("field \"{}\" is a text and cannot be greater or less", filter.field),
                        filter.field);
        compiled.kind = filter.op == FilterOperator::contains ? Filter::Kind::contains : Filter::Kind::equals;
        compiled.values = {std::get<std::string>(filter.value)};
        return compiled;
    }
    const double number = number_of(filter.value);
    compiled.kind = Filter::Kind::number_in;
    switch (filter.op) {
        case FilterOperator::greater: compiled.range = {.least = number, .least_included = false}; break;
        case FilterOperator::greater_equal: compiled.range = {.least = number}; break;
        case FilterOperator::less: compiled.range = {.most = number, .most_included = false}; break;
        case FilterOperator::less_equal: compiled.range = {.most = number}; break;
        case FilterOperator::equal:
        case FilterOperator::contains: compiled.range = {.least = number, .most = number}; break;
    }
    return compiled;
}

Result<RowQuery> compile(const Table& table, const ListQuery& query) {
    RowQuery compiled{
        .offset = query.offset, .limit = query.limit, .above_id = query.after_id.value_or(""), .count = query.count};
    if (query.project)
        compiled.scope.children.push_back(
            {.kind = Filter::Kind::equals, .paths = {std::string(kProjectPath)}, .values = {*query.project}});
    if (!query.include_deleted)
        compiled.scope.children.push_back(
            {.kind = Filter::Kind::number_is, .paths = {std::string(kDeletedPath)}, .numbers = {0}});
    if (!table.only.field.empty())
        compiled.scope.children.push_back({.kind = Filter::Kind::equals,
                                           .paths = {std::string(table.only.field)},
                                           .values = {std::string(table.only.value)}});
    for (const ListFilter& filter : query.filters) {
        SPANREEL_TRY(Filter one, compile(table, filter));
        compiled.filter.children.push_back(std::move(one));
    }
    for (const ListOrder& order : query.order) {
        SPANREEL_CHECK(kind_of(table, order.field));
        compiled.sort.push_back({order.field, order.descending});
    }
    if (query.order.empty())
        for (std::string_view field : table.newest_first) compiled.sort.push_back({std::string(field), true});
    return compiled;
}

}  // namespace

NounList::NounList(Database& database, const Table& table)
    : database_(database),
      table_(table),
      columns_([&] {
          std::vector<Column> columns;
          for (const ListField& field : table.fields)
              columns.push_back({.path = field.name,
                                 .type = is_text(field.kind) ? ColumnType::text : ColumnType::number,
                                 .empty_is_value = field.kind == FieldKind::text && field.sql != "NULL"});
          columns.push_back({kDeletedPath, ColumnType::number});
          return columns;
      }()),
      rows_(columns_) {}

Result<void> NounList::read(const std::string* id) {
    std::string sql = fmt::format("SELECT workspace, {}", table_.changes_at.empty() ? "NULL" : table_.changes_at);
    for (const ListField& field : table_.fields) sql += fmt::format(", {}", field.sql);
    sql += fmt::format(", {} FROM {}", table_.deletes ? "deleted" : "0", table_.name);
    if (id) sql += " WHERE id = ?2";
    return database_.read([&](Connection& connection) -> Result<void> {
        auto select = connection.prepare(sql);
        if (sql.contains("?1")) select->bind(1, now_);
        if (id) select->bindNoCopy(2, *id);
        std::vector<Cell> cells(columns_.size());
        while (select->executeStep()) {
            for (std::size_t i = 0; i < columns_.size(); ++i) {
                const SQLite::Column value = select->getColumn(static_cast<int>(i) + 2);
                if (columns_[i].type == ColumnType::text)
                    cells[i].text = {value.getText(), static_cast<std::size_t>(value.getBytes())};
                else
                    cells[i].number = value.getDouble();
            }
            const SQLite::Column changes_at = select->getColumn(1);
            if (!changes_at.isNull() && changes_at.getInt64() > now_)
                due_.emplace(changes_at.getInt64(), std::string(cells.front().text));
            rows_.put(select->getColumn(0).getText(), cells);
        }
        return {};
    });
}

Result<void> NounList::load(UnixMillis now) {
    std::lock_guard lock(mutex_);
    if (loaded_) return {};
    now_ = now.time_since_epoch().count();
    return load();
}

Result<void> NounList::load() {
    due_.clear();
    SPANREEL_CHECK(read());
    loaded_ = true;
    return {};
}

void NounList::refresh(const std::string& id) {
    std::lock_guard lock(mutex_);
    if (!loaded_) return;
    stale_.insert(id);
    if (auto refreshed = refresh_stale(); !refreshed)
        log::error("a row could not be read again for lists",
                   {{"table", std::string(table_.name)}, {"id", id}, {"error", refreshed.error().message}});
}

Result<void> NounList::refresh_stale() {
    while (!stale_.empty()) {
        const std::string id = *stale_.begin();
        SPANREEL_CHECK(read(&id));
        stale_.erase(id);
    }
    return {};
}

Result<NounList::Found> NounList::find(const ListQuery& query, const Table& kind) {
    SPANREEL_TRY(const RowQuery compiled, compile(kind, query));
    {
        std::lock_guard lock(mutex_);
        now_ = std::max(now_, std::int64_t{query.now.time_since_epoch().count()});
        if (!loaded_) SPANREEL_CHECK(load());
        const auto end = due_.upper_bound(now_);
        for (auto due = due_.begin(); due != end; ++due) stale_.insert(due->second);
        due_.erase(due_.begin(), end);
        SPANREEL_CHECK(refresh_stale());
    }
    SPANREEL_TRY(const ColumnTable::Page page, rows_.query(query.workspace, compiled));
    Found found{.ids = {}, .has_more = page.has_more, .total = page.total};
    for (const RowRef& row : page.rows) found.ids.emplace_back(row.block->id(row.row));
    return found;
}

}  // namespace spanreel::store
