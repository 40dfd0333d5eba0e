// SPDX-License-Identifier: Apache-2.0
// Why a call failed. Functions give an Error back; methods throw it as one of the exceptions below.
#pragma once
#include <expected>
#include <optional>
#include <stdexcept>
#include <string>

#include "spanreel/sdk/http.hpp"

#pragma GCC visibility push(default)
namespace spanreel::sdk {

struct Error {
    enum class Kind {
        input_validation,     ///< the request does not fit the operation; nothing was sent
        response_validation,  ///< the answer does not fit the operation, or is no JSON
        api,                  ///< the server refused, or answered with a status or content type nobody expects
        not_found,            ///< 404 with a message of the server's, where the operation names one (HonoApiError)
        invalid_request,      ///< there is no URL to send to
        aborted,              ///< the caller's stop token
        timeout,
        connection,
        unexpected,  ///< a hook or a fetcher threw
    };

    Kind kind = Kind::unexpected;
    std::string message;                       ///< whole and for people
    std::string cause{};                       ///< what lies behind it, where that is another's error
    std::optional<HttpResponse> response{};    ///< of the last attempt, when there was an answer
    std::optional<std::string> code{};         ///< of not_found: the server's own code
    std::optional<std::string> api_message{};  ///< of not_found: the server's own message

    /// 0 when there was no answer.
    int status_code() const { return response ? response->status : 0; }
    /// Throws the exception that belongs to the kind.
    [[noreturn]] void raise() const;
};

template <class T>
using Result = std::expected<T, Error>;

/// The base of everything that methods throw. what() is Error::message.
class Exception : public std::runtime_error {
  public:
    explicit Exception(Error error) : std::runtime_error(error.message), error_(std::move(error)) {}
    const Error& error() const { return error_; }

  private:
    Error error_;
};

class InputValidationError : public Exception {
    using Exception::Exception;
};
class ResponseValidationError : public Exception {
    using Exception::Exception;
};
/// The server answered with an error, or with what nobody expects.
class ApiError : public Exception {
  public:
    using Exception::Exception;
    int status_code() const { return error().status_code(); }
    const Headers& headers() const { return error().response->headers; }
    std::string content_type() const { return error().response->content_type(); }
    const std::string& body() const { return error().response->body; }
};
/// The server says that what was asked for is not there.
class HonoApiError : public ApiError {
  public:
    using ApiError::ApiError;
    const std::string& message() const { return *error().api_message; }
    const std::optional<std::string>& code() const { return error().code; }
};
/// No answer came.
class HttpClientError : public Exception {
    using Exception::Exception;
};
class InvalidRequestError : public HttpClientError {
    using HttpClientError::HttpClientError;
};
class RequestAbortedError : public HttpClientError {
    using HttpClientError::HttpClientError;
};
class RequestTimeoutError : public HttpClientError {
    using HttpClientError::HttpClientError;
};
class ConnectionError : public HttpClientError {
    using HttpClientError::HttpClientError;
};
class UnexpectedClientError : public HttpClientError {
    using HttpClientError::HttpClientError;
};

/// The value, or the error thrown.
template <class T>
T value_or_throw(Result<T> result) {
    if (!result) result.error().raise();
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace spanreel::sdk
#pragma GCC visibility pop
