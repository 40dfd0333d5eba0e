// SPDX-License-Identifier: Apache-2.0
// What an answer's status and content type mean, and the errors that follow.
#pragma once
#include "spanreel/sdk/error.hpp"

#pragma GCC visibility push(default)
namespace spanreel::sdk {

/// How the text of an API error is put together.
enum class Wording {
    first,   ///< Orq's first generation and Livepeer: "Status 404 Content-Type text/plain Body " and the body
    second,  ///< Orq's second: `Status 404 Content-Type text/plain. Body: ` and the body
};

/// Whether the media type is exactly this one; parameters do not count.
bool has_content_type(const HttpResponse& response, std::string_view type);
inline bool is_json(const HttpResponse& response) { return has_content_type(response, "application/json"); }

/// For an answer that no matcher of an operation took: 4XX and 5XX are errors of the API, everything else unexpected.
Error api_error(HttpResponse response, Wording wording);
/// Of a 404 that carries the server's message; what does not fit is an error of its own.
Error not_found_error(HttpResponse response);

}  // namespace spanreel::sdk
#pragma GCC visibility pop
