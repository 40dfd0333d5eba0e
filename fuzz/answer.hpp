// SPDX-License-Identifier: Apache-2.0
// What the targets of request parsers ask of whatever a parser says.
#pragma once
#include <boost/json/object.hpp>

#include <algorithm>

#include "api/json/json_parse.hpp"
#include "api/json/json_text.hpp"
#include "require.hpp"

namespace spanreel {

/// The text of a JSON answer as a client reads it: it must be JSON.
inline boost::json::value read_answer(std::string_view text) {
    auto value = api::parse_json(text);
    require(value.has_value());
    return *std::move(value);
}

/// A refusal is the client's fault, tells why, and can be told in JSON.
inline void check_refusal(const Error& error, std::initializer_list<Code> codes = {Code::invalid}) {
    require(std::ranges::find(codes, error.code) != codes.end());
    require(!error.message.empty());
    read_answer(api::to_text(boost::json::object{{"message", error.message}, {"field", error.field}}));
}

}  // namespace spanreel
