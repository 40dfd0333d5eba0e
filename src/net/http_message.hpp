// SPDX-License-Identifier: Apache-2.0
// An HTTP request as a handler sees it and the response it gives back (RFC 9110), whatever version carried them.
// Plain values: one owner at a time, no locks.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/memory_budget.hpp"
#include "base/time.hpp"
#include "net/query.hpp"

namespace spanreel::net {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options };

std::string_view to_string(Method method);
/// Nothing for a method this server does not implement. Method names are case-sensitive (RFC 9110 section 9.1).
std::optional<Method> method_from(std::string_view name);

/// ASCII only, as header names, media types and schemes are compared.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Header fields in the order they came. Names compare without regard to case; a name may occur several times.
class Headers {
  public:
    using Field = std::pair<std::string, std::string>;

    Headers() = default;
    Headers(std::initializer_list<Field> fields) : fields_(fields) {}

    /// The first value.
    std::optional<std::string_view> get(std::string_view name) const;
    /// All values, in order.
    std::vector<std::string_view> all(std::string_view name) const;
    bool contains(std::string_view name) const { return get(name).has_value(); }
    /// Whether the comma-separated list under `name` holds `token`, without regard to case or parameters.
    bool has_token(std::string_view name, std::string_view token) const;

    /// Replaces every value of that name.
    void set(std::string_view name, std::string value);
    void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
    void remove(std::string_view name);

    auto begin() const { return fields_.begin(); }
    auto end() const { return fields_.end(); }
    std::size_t size() const { return fields_.size(); }

  private:
    std::vector<Field> fields_;
};

struct Request {
    Method method = Method::get;
    std::string target;  ///< origin form as sent: path and query
    std::string path;    ///< still percent-encoded, dot segments kept
    Query query;
    Headers headers;
    std::string body;          ///< decompressed
    std::string peer_address;  ///< address without port
    bool tls = false;
    bool http2 = false;
    Time received{};  ///< when the head was complete
    /// Whose memory the body counts as: set by the mount's admission; empty: that of the peer's address.
    std::string account;
    /// Of the body, and of what is made of it: who keeps that longer than the request keeps this.
    MemoryBudget::Share memory;

    /// Media type of the body in lower case, without parameters; empty when not given.
    std::string content_type() const;
};

/// A body that is read while it is sent. `read` gives 1 to `max` bytes from `offset`; it may block for a moment (it
/// runs on the blocking pool) and is never called twice at a time. It is destroyed when the response ends or its client
/// is gone.
/// Without a length, nothing ends the body, and an empty text says that the bytes take longer: who has to search for
/// them says so every few milliseconds, so that others get the thread and it is seen whether the client is still there.
struct StreamedBody {
    std::optional<std::uint64_t> length = 0;  ///< absent: nobody knows
    std::function<Result<std::optional<std::string>>(std::uint64_t offset, std::size_t max)> read;
};

using Body = std::variant<std::string, StreamedBody>;

struct Response {
    unsigned status = 200;
    Headers headers;
    Body body;
    Headers trailers{};  ///< after the body, over HTTP/2 only

    /// Absent while nobody knows.
    std::optional<std::uint64_t> body_length() const;
};

/// `application/json` without parameters, as generated clients compare it.
Response json_response(unsigned status, std::string body);
Response text_response(unsigned status, std::string body);
/// No body and no content type: 204, 304 and the like.
Response empty_response(unsigned status);

}  // namespace spanreel::net
