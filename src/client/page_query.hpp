// SPDX-License-Identifier: Apache-2.0
// What a list of Livepeer's API can be narrowed by. The API's operations take no such parameters, but a server URL
// keeps its query.
#pragma once
#include <boost/json/array.hpp>

#include <string>
#include <string_view>

#include "client/connection.hpp"

namespace spanreel::client {

/// As a value in a URL.
std::string percent_encoded(std::string_view text);

class PageQuery {
  public:
    explicit PageQuery(std::size_t page_size);

    void parameter(std::string_view name, std::string_view value);
    /// The field has this value; of some texts, contains it.
    void filter(std::string_view field, const boost::json::value& value);

    livepeer::CallOptions options(const Connection& connection) const;

  private:
    std::string query_;
    boost::json::array filters_;
};

}  // namespace spanreel::client
