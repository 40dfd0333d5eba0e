// SPDX-License-Identifier: Apache-2.0
#include "spanreel/orq/session_list.hpp"

namespace spanreel::orq::detail {

bool advance_sessions(std::optional<SessionList>& request, const SessionPage& page) {
    if (!page.has_more || page.data.empty()) return false;
    if (!request) request.emplace();
    if (!request->pagination) request->pagination.emplace();
    Pagination& next = *request->pagination;
    if (next.page && !next.last_id && !next.first_id) {
        ++*next.page;
    } else {
        next.page.reset();
        next.first_id.reset();
        next.last_id = page.data.back().id;
    }
    return true;
}

}  // namespace spanreel::orq::detail
