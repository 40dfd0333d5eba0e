// SPDX-License-Identifier: Apache-2.0
// Reads the members of a JSON object by name and type. The first failure is kept, shared by the readers of nested
// objects, and names the member by its path ("billing.input_cost"): a handler reads all it wants and asks failure()
// once. Views: the object outlives its readers. One thread.
#pragma once
#include <boost/json/object.hpp>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace spanreel::api {

/// A body as an object. `invalid` when it is not JSON or something else than an object.
Result<boost::json::object> parse_body(std::string_view body);

class JsonMembers {
  public:
    /// No members.
    JsonMembers();
    explicit JsonMembers(const boost::json::object& object);

    /// Whether the name is there at all, be it with null.
    bool has(std::string_view key) const { return object_->if_contains(key) != nullptr; }
    bool is_null(std::string_view key) const;
    /// The member as it is, for values of several types; null when it is absent.
    const boost::json::value* find(std::string_view key) const { return object_->if_contains(key); }

    /// T: bool, double (finite), std::int64_t (also written as 3.0), std::string, std::vector<std::string>, Time (ISO),
    /// JsonMembers (an object), std::vector<JsonMembers>. Null is a failure.
    template <class T>
    std::optional<T> optional(std::string_view key) const;
    /// The same, null reading as absent.
    template <class T>
    std::optional<T> nullable(std::string_view key) const {
        return is_null(key) ? std::nullopt : optional<T>(key);
    }
    /// Absence is a failure; T{} comes back then.
    template <class T>
    T required(std::string_view key) const {
        if (!has(key)) refuse(key, "is required");
        return optional<T>(key).value_or(T{});
    }

    /// A member of any other name is a failure.
    void allow(std::initializer_list<std::string_view> names) const;

    /// Fails with "<path> <why>", unless something failed before.
    void refuse(std::string_view key, std::string_view why) const;
    Result<void> failure() const;

  private:
    JsonMembers(const boost::json::object& object, std::string path, std::shared_ptr<std::optional<Error>> failure);
    std::string path_of(std::string_view key) const;
    JsonMembers member(std::string_view key, const boost::json::object& object) const;

    const boost::json::object* object_;
    std::string path_;  ///< of the object, ending in a dot when not empty
    std::shared_ptr<std::optional<Error>> failure_;
};

}  // namespace spanreel::api
