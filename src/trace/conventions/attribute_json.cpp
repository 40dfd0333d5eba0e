// SPDX-License-Identifier: Apache-2.0
#include "trace/conventions/attribute_json.hpp"

#include <boost/json/parse.hpp>

#include "trace/conventions/session_key.hpp"

namespace spanreel::trace {

namespace json = boost::json;

json::value parse_attribute_json(std::string_view text, json::storage_ptr storage) {
    if (text.empty() || text.size() > kMaxMetadataBytes) return nullptr;
    json::parse_options options;
    options.max_depth = kMaxJsonDepth;
    json::error_code error;
    json::value value = json::parse({text.data(), text.size()}, error, std::move(storage), options);
    return error ? json::value(nullptr) : value;
}

}  // namespace spanreel::trace
