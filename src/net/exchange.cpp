// SPDX-License-Identifier: Apache-2.0
#include "net/exchange.hpp"

#include "base/log.hpp"
#include "net/body_receiver.hpp"
#include "net/response_policy.hpp"

namespace spanreel::net {

std::optional<Coding> body_coding(const Headers& headers) {
    auto codings = headers.all("content-encoding");
    if (codings.size() > 1) return std::nullopt;
    return coding_from(codings.empty() ? std::string_view() : codings.front());
}

std::optional<Response> answer_early(Request& request, const Mount& mount, std::optional<Coding> coding,
                                     std::optional<std::uint64_t> content_length) {
    if (auto response = preflight(request, mount)) return response;
    if (mount.admit) {
        if (auto response = mount.admit(request)) return response;
    }
    if (!coding) {
        Response response =
            render_error(mount, 415, {Code::unsupported, "Unsupported content encoding: send gzip, deflate or none"});
        response.headers.set("Accept-Encoding", "gzip, deflate");
        return response;
    }
    Result<void> length = check_content_length(mount, *coding, content_length);
    if (!length) return render_error(mount, length.error());
    return std::nullopt;
}

Result<std::optional<std::string>> read_piece(const StreamedBody& body, std::uint64_t offset, std::size_t max) {
    try {
        auto piece = body.read(offset, max);
        if (!piece) return piece;
        const bool fits = *piece ? (*piece)->size() <= max && !((*piece)->empty() && body.length) : !body.length;
        if (!fits) return fail(Code::corrupt, "wrong size");
        return piece;
    } catch (const std::exception& thrown) {
        return fail(Code::internal, thrown.what());
    }
}

Response retry_later(Response response) {
    if (response.status == 503 && !response.headers.contains("retry-after")) response.headers.set("Retry-After", "1");
    return response;
}

ExchangeRecord::ExchangeRecord(HttpMetrics& metrics, Method method, const RouteMatch& match)
    : metrics_(metrics), method_(method), mount_(*match.mount), route_(match.route) {
    metrics_.in_flight.Increment();
}

ExchangeRecord::~ExchangeRecord() {
    const auto duration = Clock::now() - started_;
    metrics_.in_flight.Decrement();
    if (status_ != 0) metrics_.count(route_, status_, duration);
    if (log::enabled(log::Level::debug))
        log::debug("http", {{"method", to_string(method_)},
                            {"route", route_ ? route_->pattern : mount_.prefix + "/*"},
                            {"status", status_},
                            {"ms", std::chrono::duration<double, std::milli>(duration).count()},
                            {"bytes", bytes_}});
}

void ExchangeRecord::answered(const Response& response) {
    status_ = response.status;
    bytes_ = response.body_length().value_or(0);
}

}  // namespace spanreel::net
