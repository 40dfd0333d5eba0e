// SPDX-License-Identifier: Apache-2.0
// The query of a request target (RFC 3986 section 3.4) read as browsers write it: pairs joined by `&`, `+` for a blank.
// Reading never fails: a broken percent escape stands for itself.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spanreel::net {

class Query {
  public:
    /// Pairs past this many are dropped.
    static constexpr std::size_t kMaxPairs = 1000;

    Query() = default;
    /// `text` is what follows the question mark.
    static Query parse(std::string_view text);

    /// The first value; an empty one where the name stands without `=`. `name` also finds `name[]`.
    std::optional<std::string> get(std::string_view name) const;
    /// All values of `name` and `name[]`, in order.
    std::vector<std::string> all(std::string_view name) const;
    bool contains(std::string_view name) const { return get(name).has_value(); }

    const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }

  private:
    std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace spanreel::net
