// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/time.hpp"

namespace spanreel::log {

namespace {

spdlog::logger& logger() {
    static auto instance = [] {
        auto made = spdlog::stderr_logger_mt("spanreel");
        made->set_pattern("%v");
        made->flush_on(spdlog::level::trace);
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warning: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
        case Level::none: break;
    }
    return spdlog::level::off;
}

std::string_view name(Level level) {
    switch (level) {
        case Level::debug: return "debug";
        case Level::info: return "info";
        case Level::warning: return "warning";
        case Level::error:
        case Level::none: break;
    }
    return "error";
}

void append_value(std::string& line, std::string_view value) {
    bool quote = value.empty() || value.find_first_of(" \"=\\\t\r\n") != std::string_view::npos;
    if (quote) line.push_back('"');
    for (char c : value) {
        if (c == '"' || c == '\\') line.push_back('\\');
        if (c == '\n')
            line += "\\n";
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            line += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else
            line.push_back(c);
    }
    if (quote) line.push_back('"');
}

}  // namespace

void set_level(Level level) { logger().set_level(to_spdlog(level)); }

bool enabled(Level level) { return logger().should_log(to_spdlog(level)); }

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (!enabled(level)) return;
    std::string line = fmt::format("{} {} ", to_iso_millis(now()), name(level));
    line += event;
    for (const Field& field : fields) {
        line.push_back(' ');
        line += field.name;
        line.push_back('=');
        append_value(line, field.value);
    }
    logger().log(to_spdlog(level), line);
}

std::string redacted(std::string_view secret) { return std::string(secret.substr(0, 4)) + "..."; }

}  // namespace spanreel::log
