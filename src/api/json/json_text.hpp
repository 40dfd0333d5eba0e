// SPDX-License-Identifier: Apache-2.0
// JSON values as text for answers. Numbers are written as people write them: 1.5 and not 1.5E0, 3 and not 3.0; a
// double in its shortest form that reads back the same. Pure; any thread.
#pragma once
#include <boost/json/value.hpp>

#include <string>

namespace spanreel::api {

/// Without blanks. JSON has no infinities and no NaN: such a double becomes null. Text that is not UTF-8, as in an
/// error that names what a header brought, has U+FFFD in place of what is broken.
std::string to_text(const boost::json::value& value);
std::string to_text(const boost::json::object& object);

}  // namespace spanreel::api
