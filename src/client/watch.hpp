// SPDX-License-Identifier: Apache-2.0
// Objects asked for again and again: drawn in place on a terminal, else a line for each change. It ends with Ctrl-C,
// or when all that is made is made.
#pragma once
#include "client/by_id.hpp"
#include "client/listing.hpp"

namespace spanreel::client {

/// All objects of a kind, as a list has them.
using Each = std::function<Result<void>(const Connection&, std::size_t page_size, const Sink&)>;

/// `watch [ID...]`; without an id `each` tells what there is.
void add_watch(const Command& noun, const ById& object, Each each, const std::string& help);

/// The object once its making has ended; `unprocessable` when that failed.
Result<Record> made(const Context& context, const ById& object, const std::string& id);

}  // namespace spanreel::client
