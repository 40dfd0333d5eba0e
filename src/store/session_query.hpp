// SPDX-License-Identifier: Apache-2.0
// One syntax tree for the questions the sessions APIs ask; each engine has one compiler for it. A path is the wire
// name (`external_id`, `usage.total_tokens`, `tags`); an unknown path has no value. A value is compared as the wire
// shows it, and an array matches by any element.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spanreel::store {

struct SessionRow;

struct Filter {
    enum class Kind : std::uint8_t {
        all,          ///< every child matches; without children: everything
        any,          ///< some child matches; without children: nothing
        none,         ///< no child matches
        equals,       ///< the value at any of `paths` is one of `values`, case kept
        contains,     ///< the value at any of `paths` contains one of `values`, case folded
        starts_with,  ///< likewise
        ends_with,    ///< likewise
        number_is,    ///< the number at any of `paths` is one of `numbers`
        number_in,    ///< the number at any of `paths` lies in `range`
        date_in,      ///< the date at any of `paths` lies in `range`, Unix milliseconds
        empty,        ///< each of `paths` has no value, or an empty array
    };
    /// An absent end is open.
    struct Range {
        std::optional<double> least{}, most{};
        bool least_included = true, most_included = true;
    };
    Kind kind = Kind::all;
    std::vector<std::string> paths{};
    std::vector<std::string> values{};
    std::vector<Filter> children{};
    std::vector<double> numbers{};
    Range range{};
};

struct SortKey {
    std::string path;
    bool descending = false;
};

struct SessionQuery {
    std::string workspace;
    std::optional<std::string> project;  ///< given: only sessions of that project
    Filter filter;
    std::optional<std::int64_t> active_from;  ///< updated_at not before, Unix milliseconds
    std::optional<std::int64_t> active_to;    ///< updated_at not after
    std::vector<SortKey> sort;                ///< empty: newest started_at first; id breaks ties
    std::int64_t limit = 50;
    std::int64_t page = 1;
    std::string after;   ///< rows after this id in the order; takes precedence over page
    std::string before;  ///< the `limit` rows just before this id
};

struct SessionPage {
    std::vector<std::shared_ptr<const SessionRow>> rows;
    bool has_more = false;
};

/// Whether `path` names something a list can be sorted by.
bool is_sortable(const std::string& path);
/// Whether `path` names an array.
bool is_array(std::string_view path);

}  // namespace spanreel::store
