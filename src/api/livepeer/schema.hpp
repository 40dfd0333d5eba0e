// SPDX-License-Identifier: Apache-2.0
// Checks a request body against a JSON Schema and reports the first failure as Ajv words it (contract, livepeer 1).
// Of draft-07: type, enum, minimum, maximum, minLength, maxLength, items, required, additionalProperties (false or a
// schema), properties, anyOf. Immutable after construction; any thread.
#pragma once
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace spanreel::api::livepeer {

class Schema {
  public:
    /// `text` is one of ours and well-formed.
    explicit Schema(std::string_view text);

    /// The JSON text of `{instancePath, schemaPath, keyword, params, message}`; nothing when the body fits.
    std::optional<std::string> find_failure(const boost::json::value& body) const;

  private:
    boost::json::value schema_;
};

}  // namespace spanreel::api::livepeer
