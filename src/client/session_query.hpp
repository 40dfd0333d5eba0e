// SPDX-License-Identifier: Apache-2.0
// Which trace sessions are wanted, and in what order. The API of today (`/v2/sessions`) shows sessions with title and
// client but cannot search or sort; the one before it (`/v2/traces/sessions`) can. So what only that can find, it
// finds, and each session found is read from the first.
#pragma once
#include <CLI/App.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "spanreel/orq/session_list.hpp"
#include "spanreel/orq/threads.hpp"

namespace spanreel::client {

struct SessionQuery {
    std::string search;
    std::string external_id;
    std::string title;
    std::vector<std::string> tags;
    std::string client;
    std::string repo;
    std::string kind;
    std::string project;
    std::string since;
    std::string until;
    std::vector<std::string> sort;

    /// Whether threads_request() cannot say it.
    bool needs_search() const;
};

void add_session_query(CLI::App& command, SessionQuery& query);

Result<orq::ThreadQuery> threads_request(const SessionQuery& query, std::size_t page_size, Time now);
Result<orq::SessionList> sessions_request(const SessionQuery& query, std::size_t page_size, Time now);

/// conversation, coding-agent
std::optional<orq::ThreadKind> kind_from(std::string_view word);
std::string kind_text(const std::optional<sdk::OpenEnum<orq::ThreadKind>>& kind);
void add_kind(CLI::App& command, std::string& kind, const std::string& help);

}  // namespace spanreel::client
