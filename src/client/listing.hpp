// SPDX-License-Identifier: Apache-2.0
// A list of objects that comes page by page and ends with a limit: a table at the end, or a line of JSON at once.
#pragma once
#include <CLI/App.hpp>
#include <fmt/format.h>

#include <functional>

#include "client/failure.hpp"
#include "client/output.hpp"

namespace spanreel::client {

struct ListOptions {
    std::size_t limit = 20;
    bool all = false;

    /// How many to ask of the server at once: one more than is shown, to tell whether there are more.
    std::size_t page_size() const;
};
void add_list_options(CLI::App& command, ListOptions& options);

/// Takes one object after another; false: no more are wanted.
using Sink = std::function<bool(Record)>;

class Listing {
  public:
    Listing(const Output& output, const ListOptions& options, std::string_view plural, std::vector<Heading> headings)
        : output_(output), options_(options), plural_(plural), headings_(std::move(headings)) {}

    bool add(Record record);
    void finish() const;

  private:
    const Output& output_;
    ListOptions options_;
    std::string_view plural_;
    std::vector<Heading> headings_;
    std::vector<Row> rows_;
    std::size_t count_ = 0;
    bool more_ = false;
};

/// Objects of pages; `items(page)` gives the vector in a page.
template <class T, class Pages, class Items>
Result<void> each_of_pages(const Connection& connection, const Noun<T>& noun, Pages pages, Items items,
                           const Sink& sink) {
    for (const auto& page : pages) {
        if (!page) return std::unexpected(explain(connection, page.error(), fmt::format("the {}", noun.plural)));
        for (const T& object : items(*page))
            if (!sink(noun.record(object))) return {};
    }
    return {};
}

}  // namespace spanreel::client
