// SPDX-License-Identifier: Apache-2.0
#include "second_generation.hpp"
#include "thread_json.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_threads_list_tags(const Nothing&) {
    return second_generation("ListSessionTags", "GET", "/v2/sessions/tags");
}

Result<std::vector<std::string>> read_threads_list_tags(sdk::HttpResponse response) {
    return read_second_generation<std::vector<std::string>>(std::move(response));
}

}  // namespace spanreel::orq::detail
