// SPDX-License-Identifier: Apache-2.0
#include "spanreel/sdk/error.hpp"

namespace spanreel::sdk {

void Error::raise() const {
    switch (kind) {
        case Kind::input_validation: throw InputValidationError(*this);
        case Kind::response_validation: throw ResponseValidationError(*this);
        case Kind::api: throw ApiError(*this);
        case Kind::not_found: throw HonoApiError(*this);
        case Kind::invalid_request: throw InvalidRequestError(*this);
        case Kind::aborted: throw RequestAbortedError(*this);
        case Kind::timeout: throw RequestTimeoutError(*this);
        case Kind::connection: throw ConnectionError(*this);
        case Kind::unexpected: break;
    }
    throw UnexpectedClientError(*this);
}

}  // namespace spanreel::sdk
