// SPDX-License-Identifier: Apache-2.0
#include "request_json.hpp"

namespace spanreel::sdk {

Fit misfit_of(const JsonText& json) {
    boost::json::error_code error;
    (void)boost::json::parse(json.text, error);
    return error ? Fit(Misfit{"", "JSON"}) : std::nullopt;
}

Error input_error(std::string why) {
    return {
        .kind = Error::Kind::input_validation, .message = "Input validation failed: " + why, .cause = std::move(why)};
}

}  // namespace spanreel::sdk
