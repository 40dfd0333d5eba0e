// SPDX-License-Identifier: Apache-2.0
// What a list asks of a store: filters, order and page over named fields. The names are those of the APIs; each
// store knows which of its columns a name stands for and refuses any other.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"

namespace spanreel::store {

/// What a field holds, which decides how its filters are written on the wire.
enum class FieldKind : std::uint8_t { text, word, number, boolean };

enum class FilterOperator : std::uint8_t { equal, contains, greater, greater_equal, less, less_equal };

using FilterValue = std::variant<std::string, std::int64_t, double, bool>;

struct ListFilter {
    std::string field;
    FilterOperator op = FilterOperator::equal;
    FilterValue value;  ///< `contains` takes a string and ignores case
};

struct ListOrder {
    std::string field;
    bool descending = false;
};

struct ListQuery {
    std::string workspace;
    std::optional<std::string> project{};  ///< absent: all of the workspace
    std::vector<ListFilter> filters{};     ///< all must hold
    std::vector<ListOrder> order{};        ///< empty: the noun's default; ties are broken by id
    std::size_t limit = 20;
    std::uint64_t offset = 0;
    std::optional<std::string> after_id{};  ///< only ids greater than this
    bool include_deleted = false;
    bool count = false;  ///< fill Page::total
    UnixMillis now{};    ///< for fields whose value depends on the clock (recordingStatus)
};

template <class T>
struct Page {
    std::vector<T> items;
    bool has_more = false;               ///< another item follows this page
    std::optional<std::uint64_t> total;  ///< matches over all pages
};

}  // namespace spanreel::store
