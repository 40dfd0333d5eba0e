// SPDX-License-Identifier: Apache-2.0
// Writes a step of the span index. A large one takes several transactions, so that other writers need not wait for all
// of it and SQLite's log stays small. Until the last of them moves the tape position, rows that were changed are kept
// beside as they were and the keys of new ones are noted: a start that finds some puts them back and takes these away,
// so the index is always the state after some entry and a replay meets the rows it met the first time.
#pragma once
#include <cstddef>
#include <optional>

#include "store/embedded/connection.hpp"
#include "store/span_store.hpp"

namespace spanreel::store {

/// Rows of one transaction.
inline constexpr std::size_t kSliceRows = 2000;
/// Bytes of trace rows, about, with which it ends before.
inline constexpr std::size_t kSliceBytes = 4u << 20;

/// Writes the rows of `changes` from the number `from` on, at most `rows` of them; the number of the next one, or
/// nothing when this was the end and the tape position has moved. A save has all that an earlier one that failed had:
/// what is left of that is undone first.
std::optional<std::size_t> write_slice(Connection& connection, const IndexChanges& changes, std::size_t from,
                                       std::size_t rows = kSliceRows);

/// Whether a save was begun and not completed.
bool has_incomplete_save(Connection& connection);
/// Takes back some of the rows that it wrote, about `rows`. To be called until has_incomplete_save() is false, before
/// the index is used.
void undo_slice(Connection& connection, std::size_t rows = kSliceRows);

}  // namespace spanreel::store
