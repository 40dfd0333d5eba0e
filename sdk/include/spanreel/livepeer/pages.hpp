// SPDX-License-Identifier: Apache-2.0
// Lists page by page, by the Link header (RFC 8288) with which the server names the next page:
//     for (const Result<SessionsResponse>& page : pages(core, session_get_all)) ...
#pragma once
#include <iterator>
#include <utility>

#include "spanreel/livepeer/answer.hpp"

#pragma GCC visibility push(default)
namespace spanreel::livepeer {

namespace detail {
/// The request for the page behind `answer`, which `request` brought; nothing when the server names none.
/// `response_validation` for one on another server, which shall not see the key.
std::optional<Result<sdk::Prepared>> next_page(const sdk::Core& core, const CallOptions& options,
                                               const sdk::Prepared& request, const sdk::HttpResponse& answer);
}  // namespace detail

/// An input range: it can be walked once, and each step sends a request. A `Page` is either a `Result<Response>`, and
/// what fails is the last one; or a `Response`, and what fails is thrown.
template <class Page, class Request, class Response>
class Pages {
  public:
    class Iterator {
      public:
        using value_type = Page;
        using difference_type = std::ptrdiff_t;

        explicit Iterator(Pages* pages) : pages_(pages) {}
        const Page& operator*() const { return *pages_->page_; }
        const Page* operator->() const { return &*pages_->page_; }
        Iterator& operator++() {
            pages_->advance();
            return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const { return !pages_->page_; }

      private:
        Pages* pages_;
    };

    Pages(sdk::Core core, const sdk::Operation<Request, Response>& operation, const Request& request,
          CallOptions options)
        : core_(std::move(core)),
          read_(operation.read),
          options_(std::move(options)),
          next_(operation.prepare(request)) {}

    /// Gets the first page.
    Iterator begin() {
        advance();
        return Iterator(this);
    }
    std::default_sentinel_t end() const { return {}; }

  private:
    void advance() {
        page_.reset();
        if (!next_) return;
        Result<Response> page = get(*std::exchange(next_, std::nullopt));
        if (!page) next_.reset();
        if constexpr (std::same_as<Page, Response>)
            page_ = value_or_throw(std::move(page));
        else
            page_ = std::move(page);
    }

    Result<Response> get(const Result<sdk::Prepared>& request) {
        if (!request) return std::unexpected(request.error());
        Result<sdk::HttpResponse> answer = core_.send(*request, options_);
        if (!answer) return std::unexpected(std::move(answer).error());
        next_ = detail::next_page(core_, options_, *request, *answer);
        return read_(*std::move(answer));
    }

    sdk::Core core_;
    Result<Response> (*read_)(sdk::HttpResponse);
    CallOptions options_;
    std::optional<Result<sdk::Prepared>> next_;
    std::optional<Page> page_;
};

/// The pages of a list operation as results.
template <class Request, class Response>
Pages<Result<Response>, Request, Response> pages(const sdk::Core& core,
                                                 const sdk::Operation<Request, Response>& operation,
                                                 const std::type_identity_t<Request>& request = {},
                                                 CallOptions options = {}) {
    return {core, operation, request, std::move(options)};
}

/// The pages of a list operation; throws what fails.
template <class Request, class Response>
Pages<Response, Request, Response> throwing_pages(const sdk::Core& core,
                                                  const sdk::Operation<Request, Response>& operation,
                                                  const std::type_identity_t<Request>& request, CallOptions options) {
    return {core, operation, request, std::move(options)};
}

}  // namespace spanreel::livepeer
#pragma GCC visibility pop
