// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/trace_search.hpp"

#include <sqlite3.h>

#include "base/log.hpp"
#include "store/embedded/span_index.hpp"
#include "store/embedded/span_index_schema.hpp"
#include "store/embedded/trace_filter.hpp"

namespace spanreel::store {

namespace {

using Clock = std::chrono::steady_clock;

/// SQLite asks after so many steps of its machine whether to go on.
constexpr int kStepsBetweenLooks = 10'000;

// Parameters of every search; those of the filter follow.
constexpr int kWorkspace = 1, kFrom = 2, kTo = 3, kProject = 4, kBelowId = 5, kLimit = 6, kFirstOfFilter = 7;

/// Temporary tables are as little writable as the others of a read connection.
class TemporaryWrites {
  public:
    explicit TemporaryWrites(Connection& connection) : connection_(connection) {
        connection_.execute("PRAGMA query_only = OFF");
    }
    ~TemporaryWrites() {
        try {
            connection_.execute("PRAGMA query_only = ON");
        } catch (const SQLite::Exception& failed) {
            log::error("a read connection stays writable", {{"reason", failed.what()}});
        }
    }
    TemporaryWrites(const TemporaryWrites&) = delete;
    TemporaryWrites& operator=(const TemporaryWrites&) = delete;

  private:
    Connection& connection_;
};

/// The rollback that ends the read takes them away again.
void put_unsaved(Connection& connection, const std::string& workspace, const UnsavedTraces& unsaved) {
    if (unsaved.hidden.empty()) return;
    TemporaryWrites writable(connection);
    auto hide =
        connection.prepare("INSERT OR REPLACE INTO unsaved_traces (workspace, trace_id, present) VALUES (?, ?, 0)");
    for (const TraceId& id : unsaved.hidden) {
        hide->bindNoCopy(1, workspace);
        hide->bindNoCopy(2, id.bytes.data(), static_cast<int>(id.bytes.size()));
        hide->exec();
        hide->reset();
    }
    auto put =
        connection.prepare(fmt::format("INSERT OR REPLACE INTO unsaved_traces ({}, present) VALUES ({} 1)",
                                       kSavedTraceColumns, "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"));
    for (const TraceRow& row : unsaved.rows) {
        bind_trace(*put, row);
        put->exec();
        put->reset();
    }
}

class Deadline {
  public:
    Deadline(Connection& connection, std::chrono::milliseconds at_most)
        : handle_(connection.raw().getHandle()), end_(Clock::now() + at_most) {
        sqlite3_progress_handler(handle_, kStepsBetweenLooks, has_passed, &end_);
    }
    ~Deadline() { sqlite3_progress_handler(handle_, 0, nullptr, nullptr); }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

  private:
    static int has_passed(void* end) { return Clock::now() > *static_cast<Clock::time_point*>(end); }

    sqlite3* handle_;
    Clock::time_point end_;
};

/// `select` over the traces of the index that match, and over those that are not in it.
std::string over_all(std::string_view select, std::string_view filter) {
    auto part = [&](std::string_view table, std::string_view alive) {
        return fmt::format(
            "SELECT {} FROM {} WHERE {} AND ended_at BETWEEN ?{} AND ?{} "
            "AND (?{} IS NULL OR project = ?{}) AND {}",
            select, table, alive, kFrom, kTo, kProject, kProject, filter);
    };
    return fmt::format("{} UNION ALL {}",
                       part("traces", fmt::format("workspace = {} AND trace_id NOT IN (SELECT trace_id FROM "
                                                  "temp.unsaved_traces)",
                                                  kWorkspaceNumber)),
                       part("temp.unsaved_traces", "present"));
}

void bind(SQLite::Statement& statement, const TraceQuery& query, const TraceFilterSql& filter) {
    statement.bindNoCopy(kWorkspace, query.workspace);
    statement.bind(kFrom, query.from);
    statement.bind(kTo, query.to);
    if (query.project) statement.bindNoCopy(kProject, *query.project);
    filter.bind(statement);
}

/// `search(Connection&)` in one snapshot, with what is unsaved beside it.
template <class Search>
auto run(Database& database, const TraceQuery& query, const UnsavedTraces& unsaved, std::chrono::milliseconds at_most,
         Search search) {
    const auto end = Clock::now() + at_most;
    auto found = database.read_long([&](Connection& connection) {
        put_unsaved(connection, query.workspace, unsaved);
        Deadline deadline(connection, at_most);
        return search(connection);
    });
    if (!found && found.error().code == Code::unavailable && Clock::now() > end)
        found.error().message = "the search takes too long: ask for a shorter time or with fewer filters";
    return found;
}

/// The text, or each element of the list in turn.
std::string value_of(const TracePath& path, std::size_t number, std::string& joins) {
    if (path.value != TraceValue::list) return fmt::format("found.text{}", number);
    joins += fmt::format(" LEFT JOIN json_each(found.text{0}) AS each{0}", number);
    return fmt::format("each{}.value", number);
}

struct Values {
    std::string columns;  ///< of each part
    std::string selected, joins;
};

Result<Values> compile(const std::vector<std::string>& texts, const std::vector<std::string>& numbers) {
    Values values{.columns = "trace_id", .selected = "1", .joins = ""};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const TracePath* path = find_trace_path(texts[i]);
        if (!path) return fail(Code::invalid, fmt::format("unknown field: \"{}\"", texts[i]), texts[i]);
        values.columns += fmt::format(", {} AS text{}", path->sql, i);
        values.selected += ", " + value_of(*path, i, values.joins);
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const TracePath* path = find_trace_path(numbers[i]);
        if (!path || path->value != TraceValue::number)
            return fail(Code::invalid, fmt::format("unknown metric: \"{}\"", numbers[i]), numbers[i]);
        values.columns += fmt::format(", {} AS number{}", path->sql, i);
        values.selected += fmt::format(", found.number{}", i);
    }
    return values;
}

/// Describes the rows behind the number `after`; that of the last of them, or nothing when there are none left.
Result<std::optional<std::int64_t>> describe_some(
    Connection& connection, std::int64_t after,
    const std::function<Result<TraceColumns>(const std::string&)>& describe) {
    auto select = connection.prepare("SELECT number, state FROM traces WHERE number > ? ORDER BY number LIMIT ?");
    select->bind(1, after);
    select->bind(2, static_cast<std::int64_t>(kDescribedRows));
    std::vector<std::pair<std::int64_t, std::string>> rows;
    while (select->executeStep()) rows.emplace_back(select->getColumn(0).getInt64(), select->getColumn(1).getString());
    auto update = connection.prepare(
        "UPDATE traces SET (name, operation, status, session_key, thread, identity, providers, models, agents, tools, "
        "tags, span_count, error_count, prompt_tokens, completion_tokens, cost) = "
        "(?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17) WHERE number = ?1");
    for (const auto& [number, state] : rows) {
        auto columns = describe(state);
        if (!columns) {  // answered with its error where the trace itself is asked for
            log::error("a trace cannot be searched for", {{"reason", columns.error().message}});
            continue;
        }
        update->bind(1, number);
        bind_columns(*update, 2, *columns);
        update->exec();
        update->reset();
    }
    if (rows.empty()) return std::nullopt;
    return rows.back().first;
}

}  // namespace

Result<std::vector<TraceRow>> find_traces(Database& database, const TraceQuery& query, const UnsavedTraces& unsaved,
                                          const std::optional<TracePosition>& after, std::size_t limit,
                                          std::chrono::milliseconds at_most) {
    const TraceFilterSql filter(query.filter, kFirstOfFilter);
    TraceQuery window = query;
    if (after) window.to = std::min(window.to, after->ended_at);
    // An id is greater than this one only when it is a longer text.
    const std::string below =
        after && after->ended_at <= query.to ? std::string(as_text(after->trace_id.view())) : std::string(17, '\xFF');
    const std::string sql = fmt::format(
        "{} ORDER BY ended_at DESC, trace_id DESC LIMIT ?{}",
        over_all(kTraceColumns, fmt::format("(ended_at < ?{} OR trace_id < ?{}) AND {}", kTo, kBelowId, filter.text())),
        kLimit);
    return run(database, window, unsaved, at_most, [&](Connection& connection) -> Result<std::vector<TraceRow>> {
        auto select = connection.prepare(sql);
        bind(*select, window, filter);
        bind_blob(*select, kBelowId, below);
        select->bind(kLimit, static_cast<std::int64_t>(limit));
        std::vector<TraceRow> rows;
        while (select->executeStep()) rows.push_back(trace_from(*select, window.workspace));
        return rows;
    });
}

Result<void> each_trace_values(Database& database, const TraceQuery& query, const UnsavedTraces& unsaved,
                               const std::vector<std::string>& texts, const std::vector<std::string>& numbers,
                               const VisitValues& visit, std::chrono::milliseconds at_most) {
    const TraceFilterSql filter(query.filter, kFirstOfFilter);
    SPANREEL_TRY(Values values, compile(texts, numbers));
    const std::string sql = fmt::format("SELECT {} FROM ({}) AS found{}", values.selected,
                                        over_all(values.columns, filter.text()), values.joins);
    return run(database, query, unsaved, at_most, [&](Connection& connection) -> Result<void> {
        auto select = connection.prepare(sql);
        bind(*select, query, filter);
        std::vector<std::optional<std::string>> found_texts(texts.size());
        std::vector<std::optional<double>> found_numbers(numbers.size());
        while (select->executeStep()) {
            int index = 1;
            for (auto& text : found_texts) {
                const SQLite::Column column = select->getColumn(index++);
                text = column.isNull() ? std::nullopt : std::optional(column.getString());
            }
            for (auto& number : found_numbers) {
                const SQLite::Column column = select->getColumn(index++);
                number = column.isNull() ? std::nullopt : std::optional(column.getDouble());
            }
            SPANREEL_CHECK(visit(found_texts, found_numbers));
        }
        return {};
    });
}

Result<void> describe_traces(Database& database,
                             const std::function<Result<TraceColumns>(const std::string& state)>& describe) {
    SPANREEL_TRY(bool left, database.read([](Connection& connection) -> Result<bool> {
        return connection.prepare("SELECT 1 FROM traces_to_describe")->executeStep();
    }));
    if (left) log::info("describing traces for searches, once", {{"database", database.path().string()}});
    while (left) {
        SPANREEL_TRY(left, database.write([&](Connection& connection) -> Result<bool> {
            auto position = connection.prepare("SELECT after FROM traces_to_describe");
            if (!position->executeStep()) return false;
            const std::int64_t after = position->getColumn(0).getInt64();
            position->reset();
            SPANREEL_TRY(std::optional<std::int64_t> last, describe_some(connection, after, describe));
            if (!last) {
                connection.execute("DELETE FROM traces_to_describe");
                return false;
            }
            auto move = connection.prepare("UPDATE traces_to_describe SET after = ?");
            move->bind(1, *last);
            move->exec();
            return true;
        }));
    }
    return {};
}

}  // namespace spanreel::store
