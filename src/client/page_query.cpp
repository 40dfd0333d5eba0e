// SPDX-License-Identifier: Apache-2.0
#include "client/page_query.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace spanreel::client {

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    std::string out;
    for (const char c : text)
        if (kPlain.find(c) != std::string_view::npos)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return out;
}

PageQuery::PageQuery(std::size_t page_size) { parameter("limit", std::to_string(page_size)); }

void PageQuery::parameter(std::string_view name, std::string_view value) {
    query_ += query_.empty() ? '?' : '&';
    query_.append(name).append("=").append(percent_encoded(value));
}

void PageQuery::filter(std::string_view field, const boost::json::value& value) {
    filters_.push_back({{"id", field}, {"value", value}});
}

livepeer::CallOptions PageQuery::options(const Connection& connection) const {
    PageQuery whole = *this;
    if (!filters_.empty()) whole.parameter("filters", boost::json::serialize(filters_));
    return {.server_url = connection.livepeer_url() + whole.query_};
}

}  // namespace spanreel::client
