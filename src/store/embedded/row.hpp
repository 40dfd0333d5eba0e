// SPDX-License-Identifier: Apache-2.0
// One list of columns per noun serves three visitors: ColumnNames for the SQL text, RowWriter to bind an object and
// RowReader to fill one. Points in time are INTEGER milliseconds, enumerations are their words.
#pragma once
#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/names.hpp"

namespace spanreel::store {

/// An object of noun T, const or not.
template <class Object, class T>
concept Of = std::is_same_v<std::remove_const_t<Object>, T>;

class ColumnNames {
  public:
    template <class T>
    void operator()(std::string_view name, const T&) {
        names.emplace_back(name);
    }
    void blob(std::string_view name, const std::string&) { names.emplace_back(name); }

    std::vector<std::string_view> names;
};

/// Binds parameters 1, 2, 3 ... in the order of the columns.
class RowWriter {
  public:
    explicit RowWriter(SQLite::Statement& statement) : statement_(statement) {}

    void operator()(std::string_view, const std::string& value) { statement_.bind(next_++, value); }
    void operator()(std::string_view, std::int64_t value) { statement_.bind(next_++, value); }
    void operator()(std::string_view, double value) { statement_.bind(next_++, value); }
    void operator()(std::string_view, bool value) { statement_.bind(next_++, value ? 1 : 0); }
    void operator()(std::string_view, UnixMillis value) {
        statement_.bind(next_++, std::int64_t{value.time_since_epoch().count()});
    }
    void operator()(std::string_view, const std::vector<std::string>& value);
    template <Named E>
    void operator()(std::string_view, E value) {
        statement_.bind(next_++, std::string(name_of(value)));
    }
    template <class T>
    void operator()(std::string_view name, const std::optional<T>& value) {
        if (value)
            (*this)(name, *value);
        else
            statement_.bind(next_++);
    }
    void blob(std::string_view, const std::string& value) {
        statement_.bind(next_++, value.data(), static_cast<int>(value.size()));
    }

    /// For what follows the columns: the number of the next parameter.
    int next() const { return next_; }

  private:
    SQLite::Statement& statement_;
    int next_ = 1;
};

/// Reads the current row's columns in order.
class RowReader {
  public:
    explicit RowReader(SQLite::Statement& statement) : statement_(statement) {}

    void operator()(std::string_view, std::string& value) { value = column().getString(); }
    void operator()(std::string_view, std::int64_t& value) { value = column().getInt64(); }
    void operator()(std::string_view, double& value) { value = column().getDouble(); }
    void operator()(std::string_view, bool& value) { value = column().getInt() != 0; }
    void operator()(std::string_view, UnixMillis& value) { value = UnixMillis(Millis(column().getInt64())); }
    void operator()(std::string_view name, std::vector<std::string>& value);
    template <Named E>
    void operator()(std::string_view name, E& value) {
        if (auto known = from_name<E>(column().getString()))
            value = *known;
        else
            bad_column_ = name;
    }
    template <class T>
    void operator()(std::string_view name, std::optional<T>& value) {
        if (statement_.isColumnNull(next_)) {
            ++next_;
            value.reset();
        } else {
            (*this)(name, value.emplace());
        }
    }
    void blob(std::string_view, std::string& value) { value = column().getString(); }

    /// `corrupt` when a column held what this program never writes.
    Result<void> finish() const {
        if (bad_column_.empty()) return {};
        return fail(Code::corrupt, "unknown value in column " + std::string(bad_column_));
    }

  private:
    SQLite::Column column() { return statement_.getColumn(next_++); }

    SQLite::Statement& statement_;
    int next_ = 0;
    std::string_view bad_column_;
};

}  // namespace spanreel::store
