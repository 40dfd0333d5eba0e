// SPDX-License-Identifier: Apache-2.0
// Structured logs on standard error: `2026-01-02T03:04:05.678Z info listening protocol=rtmp address=127.0.0.1:1935`.
// Values are quoted where they hold blanks or quotes; control characters are escaped, so a line stays a line.
// Never pass a key, a token or a stream key: `redacted()` shows enough of one to tell it from another.
#pragma once
#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace spanreel::log {

enum class Level { debug, info, warning, error, none };

struct Field {
    template <class T>
    Field(std::string_view field_name, const T& field_value)
        : name(field_name), value(fmt::format("{}", field_value)) {}
    std::string_view name;
    std::string value;
};

void set_level(Level level);
/// Lets a hot path skip making the fields of a line nobody sees.
bool enabled(Level level);
void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::error, event, fields);
}

/// The first four characters and an ellipsis.
std::string redacted(std::string_view secret);

}  // namespace spanreel::log
