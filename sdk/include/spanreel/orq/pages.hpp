// SPDX-License-Identifier: Apache-2.0
// A walk through the pages of a list, one request a page: `for (const auto& page : ...)`. An input range: it is walked
// once, by one thread at a time.
#pragma once
#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>

#include "spanreel/sdk/error.hpp"

#pragma GCC visibility push(default)
namespace spanreel::orq {

template <class Page>
class Pages {
  public:
    /// Asked for one page after another until it gives none.
    using Next = std::function<std::optional<Page>()>;

    explicit Pages(Next next) : next_(std::move(next)) {}

    class Iterator {
      public:
        using value_type = Page;
        using difference_type = std::ptrdiff_t;

        explicit Iterator(Pages& pages) : pages_(&pages) {}
        const Page& operator*() const { return *pages_->current_; }
        const Page* operator->() const { return &*pages_->current_; }
        Iterator& operator++() {
            pages_->current_ = pages_->next_();
            return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const { return !pages_->current_; }

      private:
        Pages* pages_;
    };

    /// Asks for the first page.
    Iterator begin() {
        current_ = next_();
        return Iterator(*this);
    }
    std::default_sentinel_t end() const { return {}; }
    /// Another way to walk: nothing behind the last page.
    std::optional<Page> next() { return next_(); }

  private:
    Next next_;
    std::optional<Page> current_;
};

/// Pages as results. `advance(request, page)` makes the request for the next page, or says false for the last one; an
/// error is the last too.
template <class Operation, class Core, class Request, class Options, class Advance>
auto walk(const Operation& operation, Core core, Request request, Options options, Advance advance) {
    using Page = decltype(operation(core, request, options));
    return Pages<Page>([=, done = false]() mutable -> std::optional<Page> {
        if (done) return std::nullopt;
        Page page = operation(core, request, options);
        done = !page || !advance(request, *page);
        return page;
    });
}

/// The same pages without the results around them; what fails is thrown.
template <class Page>
Pages<Page> throwing(Pages<sdk::Result<Page>> pages) {
    return Pages<Page>([pages = std::move(pages)]() mutable -> std::optional<Page> {
        std::optional<sdk::Result<Page>> page = pages.next();
        if (!page) return std::nullopt;
        return sdk::value_or_throw(*std::move(page));
    });
}

}  // namespace spanreel::orq
#pragma GCC visibility pop
