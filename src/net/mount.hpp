// SPDX-License-Identifier: Apache-2.0
// What holds for all paths under a prefix: how they match, how much they may send, and how errors and CORS look there.
// Each API mounts its prefix once; the longest prefix of a path decides alone, nothing is inherited.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "net/http_message.hpp"

namespace spanreel::net {

enum class Matching {
    exact,
    relaxed,  ///< literals (the prefix too) in any case, and one trailing slash is ignored
};

enum class Cors {
    none,
    /// Public content: any origin, never with credentials.
    any_origin,
    /// Preflights without a key get 204 with their origin and headers echoed, and answers say `Vary: Authorization,
    /// Origin`, `Access-Control-Allow-Credentials` and `-Expose-Headers`. Whether an answer carries
    /// `Access-Control-Allow-Origin` depends on the key: the handler sets it.
    keyed,
    /// As `keyed`, with any origin allowed whatever the key: every answer echoes it.
    echoed_origin,
};

/// Methods of a path that exists; empty when there is no such path.
struct Unmatched {
    std::vector<Method> allowed;
};

/// `status` is http_status(error.code), or 405, 408, 415, 431 where HTTP has a status that Code has not.
using ErrorRenderer = std::function<Response(unsigned status, const Error& error)>;
/// Runs on an I/O thread and must not block.
using Fallback = std::function<Response(const Request&, const Unmatched&)>;
/// Looks at a request whose body has not been read and may answer it at once (no key, too many requests), or say whose
/// it is (Request::account). Runs on an I/O thread and must not block.
using Admission = std::function<std::optional<Response>(Request&)>;

struct Mount {
    Matching matching = Matching::exact;
    std::size_t max_body = 1 << 20;          ///< bytes, decompressed
    std::size_t max_encoded_body = 1 << 20;  ///< bytes as sent
    Cors cors = Cors::none;
    bool weak_etags = false;       ///< on JSON answers; If-None-Match then gives 304
    ErrorRenderer render_error{};  ///< plain text when absent
    Fallback fallback{};           ///< render_error with 404, or 405 and Allow, when absent
    Admission admit{};
};

}  // namespace spanreel::net
