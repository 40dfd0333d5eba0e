// SPDX-License-Identifier: Apache-2.0
// What is done to every response of a mount whoever made it: CORS fields, weak ETag and 304, gzip. Remembers what it
// needs of the request, which the handler takes away.
#pragma once
#include <optional>
#include <string>

#include "net/http_message.hpp"
#include "net/mount.hpp"

namespace spanreel::net {

/// The answer to a CORS preflight, when the mount gives one without asking a handler.
std::optional<Response> preflight(const Request& request, const Mount& mount);

class ResponsePolicy {
  public:
    ResponsePolicy(const Request& request, const Mount& mount);

    /// Any thread. Compressing a megabyte takes milliseconds: call it where the handler ran.
    void apply(Response& response) const;
    bool is_head() const { return method_ == Method::head; }

  private:
    void apply_cors(Response& response) const;
    void apply_etag(Response& response) const;
    void apply_gzip(Response& response) const;

    const Mount* mount_;
    Method method_;
    bool gzip_;
    std::string if_none_match_;
    std::string origin_;
};

}  // namespace spanreel::net
