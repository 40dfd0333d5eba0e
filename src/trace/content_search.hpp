// SPDX-License-Identifier: Apache-2.0
// Traces by what their spans say: messages, arguments, results, whatever stands in attributes, events and the status
// message. It is on the tape and in no index, so frames are read from the latest trace back until the page is full or
// the time is up. Any thread; waits for the disk.
#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "trace/recorder.hpp"

namespace spanreel::trace {

/// Then a page ends where the search stands: the next one goes on there.
inline constexpr std::chrono::seconds kContentSearchTime(3);

/// One text of each list must be contained, whatever the case. A text is found in JSON within an attribute as well,
/// however it is escaped there.
using ContentTexts = std::vector<std::vector<std::string>>;

struct FoundTraces {
    std::vector<store::TraceRow> rows;           ///< the latest end first
    std::optional<store::TracePosition> behind;  ///< where the next page goes on; nothing at the end
};

/// Of the traces that `query` matches, behind `after`, those with the texts, each list of them in any of its spans.
/// `limit` or fewer, and at the end of the time perhaps none.
Result<FoundTraces> find_by_content(const Recorder& recorder, const store::TraceQuery& query, const ContentTexts& texts,
                                    std::optional<store::TracePosition> after, std::size_t limit,
                                    std::chrono::milliseconds at_most = kContentSearchTime);

}  // namespace spanreel::trace
