// SPDX-License-Identifier: Apache-2.0
// The filters of SessionList::filters.
#pragma once
#include <string>
#include <utility>
#include <variant>
#include <vector>

#pragma GCC visibility push(default)
namespace spanreel::orq {

struct IdFilter {
    std::string id, path;
};
struct SearchFilter {
    std::string value;
    std::vector<std::string> search_paths;
};
struct StringFilter {
    enum class Operator { contains, equals };
    Operator op = Operator::equals;
    std::string value, path;
};
struct StringArrayFilter {
    std::vector<std::string> values;
    std::string path;
};
using SessionFilter = std::variant<IdFilter, SearchFilter, StringFilter, StringArrayFilter>;

/// `value` is a part of any of these fields.
inline SessionFilter search(std::string value, std::vector<std::string> paths) {
    return SearchFilter{.value = std::move(value), .search_paths = std::move(paths)};
}

class FieldFilter {
  public:
    explicit FieldFilter(std::string path) : path_(std::move(path)) {}
    SessionFilter is_id(std::string id) const { return IdFilter{.id = std::move(id), .path = path_}; }
    SessionFilter contains(std::string value) const { return with(StringFilter::Operator::contains, std::move(value)); }
    SessionFilter equals(std::string value) const { return with(StringFilter::Operator::equals, std::move(value)); }
    SessionFilter in(std::vector<std::string> values) const {
        return StringArrayFilter{.values = std::move(values), .path = path_};
    }

  private:
    SessionFilter with(StringFilter::Operator op, std::string value) const {
        return StringFilter{.op = op, .value = std::move(value), .path = path_};
    }
    std::string path_;
};
inline FieldFilter field(std::string path) { return FieldFilter(std::move(path)); }

}  // namespace spanreel::orq
#pragma GCC visibility pop
