// SPDX-License-Identifier: Apache-2.0
// Reads one tape file from its header to its end and tells committed entries, a torn tail and damage apart. A group
// counts when its commit mark is whole and all its blocks are. A group that is not whole at the end of a file which
// was never closed is a torn tail: it was never acknowledged. Anywhere else it is damage: the whole blocks of it are
// still given, the rest is named with its offset.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "store/embedded/tape_format.hpp"

namespace spanreel::store {

struct TapeScan {
    TapeFooter totals;         ///< of what is committed
    std::uint64_t end = 0;     ///< offset behind the last commit mark (or the header)
    std::uint64_t groups = 0;  ///< committed
    bool closed = false;       ///< a valid footer and trailer end the file
    bool header_valid = false;
    bool follows_lost_group = false;  ///< a commit mark says that its group was not the first, and none before is there
    std::vector<std::string> damage;  ///< "at offset N: why"
};

/// `visit` may be empty. An entry's payload view is valid during the call.
Result<TapeScan> scan_tape(File& file, std::uint32_t number,
                           const std::function<Result<void>(const StoredEntry&)>& visit);

/// Offset behind the last byte that is not zero.
Result<std::uint64_t> end_of_data(File& file);

/// The footer of a closed file, read by range; nothing when the file was not closed.
std::optional<TapeFooter> read_footer(File& file);

}  // namespace spanreel::store
