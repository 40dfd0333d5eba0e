// SPDX-License-Identifier: Apache-2.0
// Compiles a filter of traces to SQL over the columns of kSavedTraceColumns. What a stranger sent is always bound and
// never part of the text. Pure; any thread.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/embedded/connection.hpp"
#include "store/session_query.hpp"

namespace spanreel::store {

enum class TraceValue : std::uint8_t { text, list, number, date };

/// A path of trace_query.hpp and what it stands for: SQL that is NULL where the trace has no value; a JSON array for a
/// list, Unix milliseconds for a date.
struct TracePath {
    std::string_view path;
    TraceValue value;
    std::string_view sql;
};

/// Null when there is none of that name.
const TracePath* find_trace_path(std::string_view path);

class TraceFilterSql {
  public:
    /// Its parameters are numbered from `first_parameter` on.
    TraceFilterSql(const Filter& filter, int first_parameter);

    /// An expression that is never NULL.
    const std::string& text() const { return text_; }
    void bind(SQLite::Statement& statement) const;

  private:
    using Parameter = std::variant<std::string, double>;

    std::string compile(const Filter& filter);
    std::string compile(const Filter& filter, const TracePath& path);
    std::string range(const Filter::Range& range, std::string_view sql);
    std::string parameter(Parameter value);
    template <class T>
    std::string parameters(const std::vector<T>& values);

    int first_;
    std::vector<Parameter> parameters_;
    std::string text_;
};

/// contains_folded(text, needle): whether the text contains the needle, which is folded, in any case.
void add_trace_filter_functions(Connection& connection);

}  // namespace spanreel::store
