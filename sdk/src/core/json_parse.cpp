// SPDX-License-Identifier: Apache-2.0
#include "json_parse.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <charconv>

namespace spanreel::sdk {

namespace {

using boost::json::error_code;
using boost::json::string_view;

/// What basic_parser tells, put together. The whole text is given at once, so numbers come in one piece.
class ValueBuilder {
  public:
    static constexpr std::size_t max_object_size = boost::json::object::max_size();
    static constexpr std::size_t max_array_size = boost::json::array::max_size();
    static constexpr std::size_t max_key_size = boost::json::string::max_size();
    static constexpr std::size_t max_string_size = boost::json::string::max_size();

    ValueBuilder() { stack_.reset(); }
    boost::json::value release() { return stack_.release(); }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return true; }
    bool on_array_begin(error_code&) { return true; }
    bool on_number_part(string_view, error_code&) { return true; }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }
    bool on_object_end(std::size_t size, error_code&) { return stack_.push_object(size), true; }
    bool on_array_end(std::size_t size, error_code&) { return stack_.push_array(size), true; }
    bool on_key_part(string_view part, std::size_t, error_code&) { return stack_.push_chars(part), true; }
    bool on_key(string_view part, std::size_t, error_code&) { return stack_.push_key(part), true; }
    bool on_string_part(string_view part, std::size_t, error_code&) { return stack_.push_chars(part), true; }
    bool on_string(string_view part, std::size_t, error_code&) { return stack_.push_string(part), true; }
    bool on_int64(std::int64_t number, string_view, error_code&) { return stack_.push_int64(number), true; }
    bool on_uint64(std::uint64_t number, string_view, error_code&) { return stack_.push_uint64(number), true; }
    bool on_bool(bool flag, error_code&) { return stack_.push_bool(flag), true; }
    bool on_null(error_code&) { return stack_.push_null(), true; }
    bool on_double(double number, string_view text, error_code&) {
        // Leaves `number` as it is when it is too large or too small: infinite or zero.
        std::from_chars(text.data(), text.data() + text.size(), number);
        return stack_.push_double(number), true;
    }

  private:
    boost::json::value_stack stack_;
};

}  // namespace

boost::json::value parse_json(std::string_view text, error_code& error) {
    boost::json::parse_options options;
    options.max_depth = kMaxJsonDepth;
    boost::json::basic_parser<ValueBuilder> parser(options);
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    if (!error && read < text.size()) error = boost::json::error::extra_data;
    return error ? nullptr : parser.handler().release();
}

}  // namespace spanreel::sdk
