// SPDX-License-Identifier: Apache-2.0
#include "net/request_target.hpp"

#include "net/http_message.hpp"

namespace spanreel::net {

namespace {

/// Length of `http://` or `https://` at the front, or zero.
std::size_t scheme_length(std::string_view text) {
    for (std::string_view scheme : {"http://", "https://"})
        if (equal_ignoring_case(text.substr(0, scheme.size()), scheme)) return scheme.size();
    return 0;
}

}  // namespace

Result<RequestTarget> parse_target(std::string_view text) {
    RequestTarget target;
    if (text == "*") {
        target.origin = target.path = text;
        return target;
    }
    if (std::size_t scheme = scheme_length(text)) {
        text.remove_prefix(scheme);
        std::size_t end = std::min(text.find_first_of("/?"), text.size());
        if (end == 0) return fail(Code::invalid, "The request target names no host");
        target.authority = text.substr(0, end);
        text.remove_prefix(end);
        if (!text.starts_with('/')) target.origin = "/";
    } else if (!text.starts_with('/')) {
        return fail(Code::invalid, "The request target is neither a path nor an http URL");
    }
    target.origin += text;
    std::size_t question = std::min(target.origin.find('?'), target.origin.size());
    target.path = target.origin.substr(0, question);
    if (question < target.origin.size()) target.query = target.origin.substr(question + 1);
    return target;
}

}  // namespace spanreel::net
