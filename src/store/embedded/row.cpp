// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/row.hpp"

#include <boost/json.hpp>

namespace spanreel::store {

void RowWriter::operator()(std::string_view, const std::vector<std::string>& value) {
    boost::json::array texts(value.begin(), value.end());
    statement_.bind(next_++, boost::json::serialize(texts));
}

void RowReader::operator()(std::string_view name, std::vector<std::string>& value) {
    boost::system::error_code error;
    boost::json::value parsed = boost::json::parse(column().getString(), error);
    value.clear();
    if (error || !parsed.is_array()) {
        bad_column_ = name;
        return;
    }
    for (const boost::json::value& text : parsed.get_array())
        if (const boost::json::string* string = text.if_string()) value.emplace_back(string->data(), string->size());
}

}  // namespace spanreel::store
