// SPDX-License-Identifier: Apache-2.0
#include "api/spanreel/errors.hpp"

#include <boost/json/object.hpp>

#include "api/json/json_text.hpp"

namespace spanreel::api::spanreel {

net::Response error_response(unsigned status, const Error& error) {
    boost::json::object what{{"code", to_string(error.code)}, {"message", error.message}};
    if (!error.field.empty()) what["field"] = error.field;
    net::Response response = net::json_response(status, to_text(boost::json::object{{"error", std::move(what)}}));
    if (status == 401) response.headers.set("WWW-Authenticate", "Bearer");
    return response;
}

}  // namespace spanreel::api::spanreel
