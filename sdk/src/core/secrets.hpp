// SPDX-License-Identifier: Apache-2.0
// What somebody could act for the user by: kept out of logs, and from servers that it was not meant for.
#pragma once
#include <boost/json/fwd.hpp>

#include <string>
#include <string_view>

namespace spanreel::sdk {

inline constexpr std::string_view kHidden = "(hidden)";

/// Whether a header, a parameter or a member of this name holds a secret. Rather too many names than too few.
bool names_secret(std::string_view name);

/// Text without the secrets of URLs in it: values of query parameters that name one, users and passwords.
std::string without_secrets(std::string_view text);
/// Every text below a member that names a secret is hidden; numbers are none.
void hide_secrets(boost::json::value& value);

}  // namespace spanreel::sdk
