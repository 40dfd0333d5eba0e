// SPDX-License-Identifier: Apache-2.0
#include "api/orq/errors.hpp"

#include <boost/json/object.hpp>

#include "api/json/json_text.hpp"

namespace spanreel::api::orq {

net::Response error_response(unsigned status, const Error& error) {
    net::Response response = net::json_response(
        status, to_text(boost::json::object{{"code", std::to_string(status)}, {"message", error.message}}));
    if (status == 401) response.headers.set("WWW-Authenticate", "Bearer");
    return response;
}

}  // namespace spanreel::api::orq
