// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <array>
#include <cerrno>
#include <system_error>

namespace spanreel {

namespace {

struct CodeRow {
    std::string_view name;
    unsigned http;
    int exit;
};

// In the order of the enumerators.
constexpr std::array<CodeRow, 12> kCodes{{
    {"invalid", 400, 2},
    {"unprocessable", 422, 2},
    {"unauthorized", 401, 4},
    {"forbidden", 403, 4},
    {"not_found", 404, 3},
    {"conflict", 409, 2},
    {"too_large", 413, 2},
    {"exhausted", 429, 5},
    {"unavailable", 503, 5},
    {"unsupported", 501, 2},
    {"corrupt", 500, 6},
    {"internal", 500, 1},
}};

Code code_of_errno(int error_number) {
    switch (error_number) {
        case ENOSPC:
        case EDQUOT:
        case EMFILE:
        case ENFILE:
        case ENOMEM: return Code::unavailable;
        case ENOENT: return Code::not_found;
        default: return Code::internal;
    }
}

const CodeRow& row(Code code) { return kCodes[static_cast<std::size_t>(code)]; }

}  // namespace

std::string_view to_string(Code code) { return row(code).name; }
unsigned http_status(Code code) { return row(code).http; }
int exit_status(Code code) { return row(code).exit; }

std::unexpected<Error> fail_errno(int error_number, std::string_view what, std::source_location where) {
    return std::unexpected(Error{code_of_errno(error_number),
                                 std::string(what) + ": " + std::system_category().message(error_number),
                                 {},
                                 where});
}

}  // namespace spanreel
