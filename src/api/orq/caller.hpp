// SPDX-License-Identifier: Apache-2.0
// Who asks, and what of the workspace it may see: a key of a project sees that project, any other key the whole
// workspace. Any thread.
#pragma once
#include <optional>
#include <string>

#include "access/key_ring.hpp"
#include "net/http_message.hpp"

namespace spanreel::api::orq {

struct Caller {
    std::string workspace;
    std::optional<std::string> project;  ///< given: sees nothing else

    bool sees(const std::string& other_project) const { return !project || *project == other_project; }
};

/// As api::principal_of.
Result<Caller> caller_of(access::KeyRing& keys, const net::Request& request, KeyScope needed);

}  // namespace spanreel::api::orq
