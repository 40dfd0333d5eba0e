// SPDX-License-Identifier: Apache-2.0
#include "client/listing.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace spanreel::client {

namespace {

constexpr std::size_t kMostLimit = 1'000'000;
constexpr std::size_t kLargestPage = 1000;  // of both APIs

}  // namespace

std::size_t ListOptions::page_size() const { return all ? kLargestPage : std::min(limit + 1, kLargestPage); }

void add_list_options(CLI::App& command, ListOptions& options) {
    CLI::Option* limit = command.add_option("--limit", options.limit, "How many to show at most")
                             ->type_name("NUMBER")
                             ->check(CLI::Range(std::size_t{1}, kMostLimit))
                             ->capture_default_str();
    command.add_flag("--all", options.all, "Show all there are")->excludes(limit);
}

bool Listing::add(Record record) {
    if (!options_.all && count_ == options_.limit) {
        more_ = true;
        return false;
    }
    ++count_;
    if (output_.json())
        print(record.json + "\n");
    else
        rows_.push_back(std::move(record.texts));
    return true;
}

void Listing::finish() const {
    if (!output_.json() && count_ == 0) remark(fmt::format("There are no {}.", plural_));
    if (!output_.json() && count_ > 0) {
        const std::optional<Screen> terminal = screen();
        print(table(headings_, rows_, terminal ? std::optional(terminal->width) : std::nullopt));
    }
    if (more_)
        remark(fmt::format("There are more {} than these {}: --limit {} shows more, --all all.", plural_, count_,
                           10 * count_));
}

}  // namespace spanreel::client
