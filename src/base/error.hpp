// SPDX-License-Identifier: Apache-2.0
// What can go wrong, as a value. Every fallible function returns Result<T>; exceptions stay inside calls to
// third-party libraries. The one table from Code to HTTP status and exit code is in error.cpp; the body's shape
// belongs to each API (api/*/errors).
#pragma once
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>

namespace spanreel {

enum class Code : std::uint8_t {
    invalid,        ///< the request is malformed or a value has the wrong type
    unprocessable,  ///< well-formed, but against a schema or a rule of the object
    unauthorized,   ///< no key, or one we do not know
    forbidden,      ///< a known key that may not do this
    not_found,      ///< absent, deleted, or not the caller's
    conflict,       ///< collides with what exists
    too_large,      ///< over a size limit
    exhausted,      ///< over a rate or count limit
    unavailable,    ///< cannot be done now (disk full, shutting down); try again later
    unsupported,    ///< known by name, without effect in this server yet
    corrupt,        ///< stored bytes fail their checksum or structure
    internal,       ///< a fault of this program
};

/// A failure with a message its reader can act on. `field` names the offending input where there is one.
struct Error {
    Code code = Code::internal;
    std::string message;
    std::string field{};
    std::source_location where = std::source_location::current();
    std::optional<std::chrono::seconds> retry_after{};  ///< when it is known that the same may be asked again
};

template <class T>
using Result = std::expected<T, Error>;

/// `return fail(Code::not_found, "Session not found");`
[[nodiscard]] inline std::unexpected<Error> fail(Code code, std::string message, std::string field = {},
                                                 std::source_location where = std::source_location::current()) {
    return std::unexpected(Error{code, std::move(message), std::move(field), where});
}

/// The same failure carried on under another result type.
template <class T>
[[nodiscard]] std::unexpected<Error> fail(Result<T>&& failed) {
    return std::unexpected(std::move(failed).error());
}

/// Failure of a system call: the message is "<what>: <text of errno>"; ENOENT becomes `not_found`, and what may pass
/// (no space, no quota, no descriptors, no memory) `unavailable`.
[[nodiscard]] std::unexpected<Error> fail_errno(int error_number, std::string_view what,
                                                std::source_location where = std::source_location::current());

std::string_view to_string(Code code);
/// HTTP status of a code (RFC 9110): 400, 422, 401, 403, 404, 409, 413, 429, 503, 501, 500, 500.
unsigned http_status(Code code);
/// Exit status of the command line: 1 internal, 2 usage, 3 not found, 4 not allowed, 5 unavailable, 6 corrupt.
int exit_status(Code code);

}  // namespace spanreel

#define SPANREEL_TRY_JOIN_(a, b) a##b
#define SPANREEL_TRY_NAME_(line) SPANREEL_TRY_JOIN_(try_, line)
#define SPANREEL_TRY_IMPL_(result, declaration, expression, leave) \
    auto result = (expression);                                    \
    if (!result) leave std::unexpected(std::move(result).error()); \
    declaration = std::move(*result)
#define SPANREEL_CHECK_IMPL_(result, expression, leave)                \
    do {                                                               \
        auto result = (expression);                                    \
        if (!result) leave std::unexpected(std::move(result).error()); \
    } while (false)

/// `SPANREEL_TRY(auto row, load(id));` declares `row` or returns the error. SPANREEL_CO_TRY: the same in a coroutine.
#define SPANREEL_TRY(declaration, expression) \
    SPANREEL_TRY_IMPL_(SPANREEL_TRY_NAME_(__LINE__), declaration, expression, return)
#define SPANREEL_CO_TRY(declaration, expression) \
    SPANREEL_TRY_IMPL_(SPANREEL_TRY_NAME_(__LINE__), declaration, expression, co_return)
/// The same for Result<void>.
#define SPANREEL_CHECK(expression) SPANREEL_CHECK_IMPL_(SPANREEL_TRY_NAME_(__LINE__), expression, return)
#define SPANREEL_CO_CHECK(expression) SPANREEL_CHECK_IMPL_(SPANREEL_TRY_NAME_(__LINE__), expression, co_return)
