// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"

namespace spanreel::livepeer {

std::string to_json(const Answer& answer) { return answer_json(answer, std::optional<bool>(), ""); }

std::vector<std::string> error_texts(const sdk::Error& error) {
    if (!error.response) return {};
    const sdk::Result<Errors> errors = sdk::read_body<Errors>(*error.response);
    return errors ? errors->errors.value_or(std::vector<std::string>()) : std::vector<std::string>();
}

sdk::Result<Answer> read_no_content(sdk::HttpResponse response) {
    if (response.status != 204) return read_other<Answer>(std::move(response));
    return bare<Answer>(std::move(response));
}

}  // namespace spanreel::livepeer
