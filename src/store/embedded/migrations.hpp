// SPDX-License-Identifier: Apache-2.0
// The numbered steps that bring a database to this version's schema. A step that was released is never changed.
#pragma once
#include <span>
#include <string_view>

#include "base/error.hpp"
#include "store/embedded/connection.hpp"

namespace spanreel::store {

struct Migration {
    int number = 0;  ///< 1, 2, 3 ... without gaps
    std::string_view name;
    std::string_view sql;  ///< one or more statements, run in one transaction with the version's change
};

/// All steps of this version, in order.
std::span<const Migration> migrations();

/// Gives a read connection the temporary table and the function that its queries use.
void prepare_reader(Connection& connection);

/// Applies what is missing. `unsupported` when the database was written by a newer version.
Result<void> migrate(Connection& connection, std::span<const Migration> steps, const Path& path);

}  // namespace spanreel::store
