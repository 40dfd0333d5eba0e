// SPDX-License-Identifier: Apache-2.0
// A GET whose answer is taken piece by piece, for answers of any length: the client libraries hold theirs whole.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "client/connection.hpp"

namespace spanreel::client {

/// Takes pieces of the body of a 200; an error ends the download.
using PieceSink = std::function<Result<void>(std::string_view piece)>;

/// `path` with its query, from the server's root. `what` names it in messages. A body that breaks off is an error.
Result<void> download(const Connection& connection, const std::string& path, std::string_view what,
                      const PieceSink& sink);

}  // namespace spanreel::client
