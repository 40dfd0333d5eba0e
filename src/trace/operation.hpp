// SPDX-License-Identifier: Apache-2.0
// What API calls do to trace sessions, as entries of the tape: they take a position among the spans, so that a replay
// applies them where they happened. Ids and times are in the entry; a replay invents nothing.
#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "trace/session_state.hpp"

namespace spanreel::trace {

struct CreateSession {
    std::string id;
    std::string workspace;
    SessionFields fields;  ///< with external_id
    Time at{};
};

struct PatchSession {
    std::string id;
    SessionFields fields;
    Time at{};
};

struct DeleteSession {
    std::string id;
    Time at{};
};

/// Sessions that the frames of the same group make: their ids.
struct SessionsMade {
    struct Made {
        std::string workspace;
        std::string project;
        std::string external_id;
        std::string id;
    };
    std::vector<Made> sessions;
};

using Operation = std::variant<CreateSession, PatchSession, DeleteSession, SessionsMade>;

std::string encode_operation(const Operation& operation);
Result<Operation> decode_operation(std::string_view bytes);

}  // namespace spanreel::trace
