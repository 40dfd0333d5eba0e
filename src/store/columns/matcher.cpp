// SPDX-License-Identifier: Apache-2.0
#include "store/columns/matcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/case_folding.hpp"
#include "base/time.hpp"
#include "store/columns/shown_numbers.hpp"

namespace spanreel::store {

namespace {

/// Numbers that are shown as one of these texts.
std::vector<double> numbers_shown_as(const std::vector<std::string>& texts) {
    std::vector<double> numbers;
    for (const std::string& text : texts) {
        double number = 0;
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc() && std::isfinite(number) && fmt::format("{}", number) == text)
            numbers.push_back(number);
    }
    std::ranges::sort(numbers);
    return numbers;
}

std::vector<double> dates_shown_as(const std::vector<std::string>& texts) {
    std::vector<double> dates;
    for (const std::string& text : texts) {
        Result<Time> date = from_iso(text);
        if (date && to_iso_millis(*date) == text) dates.push_back(static_cast<double>(to_unix_millis(*date)));
    }
    std::ranges::sort(dates);
    return dates;
}

bool has_any(const EntryFlags& entries) {
    return !entries.empty() && std::memchr(entries.data(), 1, entries.size()) != nullptr;
}

RowMask rows_of(const EntryFlags& entries, const std::array<std::uint32_t, kBlockRows>& entry_of_row) {
    if (!has_any(entries)) return {};
    RowFlags flags;
    for (std::size_t row = 0; row < kBlockRows; ++row) flags[row] = entries[entry_of_row[row]];
    return RowMask(flags);
}

/// Whether a list has a flagged text, for each list.
EntryFlags lists_with(const EntryFlags& texts, const ListColumn& column) {
    EntryFlags lists(column.ends.size());
    if (!has_any(texts)) return lists;
    for (std::uint32_t list = 0; list < lists.size(); ++list)
        for (std::uint32_t item : column.list(list)) lists[list] |= texts[item];
    return lists;
}

RowMask rows_in(const NumberColumn& column, const Filter::Range& range) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const double least = range.least.value_or(-kInfinity), most = range.most.value_or(kInfinity);
    const bool from_least = range.least_included || !range.least, to_most = range.most_included || !range.most;
    auto in = [&](double value) {
        return static_cast<std::uint8_t>(((value > least) | ((value == least) & from_least)) &
                                         ((value < most) | ((value == most) & to_most)));
    };
    // All of a block is often on one side, when rows and their times grow together.
    if (column.most < least || column.least > most) return {};
    RowFlags flags;
    for (std::size_t row = 0; row < kBlockRows; ++row) flags[row] = in(column.values[row]);
    return RowMask(flags);
}

RowMask rows_among(const NumberColumn& column, const std::vector<double>& sorted, const RowMask& rows) {
    if (sorted.empty() || column.most < sorted.front() || column.least > sorted.back()) return {};
    if (column.least == column.most && std::ranges::binary_search(sorted, column.least)) return rows;
    RowFlags flags;
    if (sorted.size() == 1)
        for (std::size_t row = 0; row < kBlockRows; ++row) flags[row] = column.values[row] == sorted.front();
    else
        for (std::size_t row = 0; row < kBlockRows; ++row)
            flags[row] = std::ranges::binary_search(sorted, column.values[row]);
    return RowMask(flags);
}

}  // namespace

Matcher::Matcher(Schema schema, const Filter& filter, Clock::time_point deadline)
    : schema_(schema), root_(compile(filter)), deadline_(deadline) {}

Matcher::Node Matcher::compile(const Filter& filter) const {
    using enum Filter::Kind;
    Node node{.kind = filter.kind, .numbers = filter.numbers, .range = filter.range};
    for (const std::string& path : filter.paths)
        if (const auto column = find_column(schema_, path)) node.columns.push_back(*column);
    for (const Filter& child : filter.children) node.children.push_back(compile(child));
    std::ranges::sort(node.numbers);
    if (filter.kind == equals) {
        node.numbers = numbers_shown_as(filter.values);
        node.dates = dates_shown_as(filter.values);
        node.equals = TextSet(filter.values.begin(), filter.values.end());
        node.sieve = std::make_unique<Sieve>();
        for (const std::string& value : filter.values) node.sieve->add(value);
    } else {
        for (const std::string& value : filter.values) node.needles.push_back(fold_case(value));
    }
    return node;
}

RowMask Matcher::match(const Node& node, const Block& block, const RowMask& rows) {
    using enum Filter::Kind;
    RowMask left = rows, matched;
    if (node.kind == all) {
        for (const Node& child : node.children) {
            if (left.empty()) break;
            left = match(child, block, left);
        }
        return left;
    }
    if (node.kind == any || node.kind == none) {
        for (const Node& child : node.children) {
            if (left.empty()) break;
            matched |= match(child, block, left);
            left -= matched;
        }
        return node.kind == any ? matched : left;
    }
    for (std::size_t column : node.columns) {
        if (left.empty() || out_of_time()) break;
        matched |= match_column(node, block, column, left);
        left -= matched;
    }
    return node.kind == empty ? left : matched;
}

/// For `empty`: the rows that have a value.
RowMask Matcher::match_column(const Node& node, const Block& block, std::size_t column, const RowMask& rows) {
    using enum Filter::Kind;
    if (schema_[column].type == ColumnType::number || schema_[column].type == ColumnType::date)
        return match_number(node, block, column, rows);
    RowMask matched;
    if (schema_[column].type == ColumnType::list) {
        const ListColumn& lists = block.list(column);
        EntryFlags found = node.kind == empty ? EntryFlags(lists.ends.size(), 1)
                                              : lists_with(matching_entries(node, lists.texts), lists);
        found[0] = 0;  // the empty list
        matched = rows_of(found, lists.entries);
    } else {
        const TextColumn& texts = block.text(column);
        EntryFlags found = node.kind == empty ? EntryFlags(texts.texts.size(), 1) : matching_entries(node, texts.texts);
        if (!schema_[column].empty_is_value) found[0] = 0;
        matched = rows_of(found, texts.entries);
    }
    matched &= rows;
    return matched;
}

RowMask Matcher::match_number(const Node& node, const Block& block, std::size_t column, const RowMask& rows) {
    using enum Filter::Kind;
    const NumberColumn& numbers = block.number(column);
    const bool is_date = schema_[column].type == ColumnType::date;
    if (node.kind == empty) return rows;
    RowMask matched;
    if (node.kind == equals) matched = rows_among(numbers, is_date ? node.dates : node.numbers, rows);
    if (node.kind == number_is && !is_date) matched = rows_among(numbers, node.numbers, rows);
    if (node.kind == (is_date ? date_in : number_in)) matched = rows_in(numbers, node.range);
    if (node.kind == contains || node.kind == starts_with || node.kind == ends_with)
        matched = match_shown(node, numbers, schema_[column].type, rows);
    matched &= rows;
    return matched;
}

/// Of numbers as the wire shows them.
RowMask Matcher::match_shown(const Node& node, const NumberColumn& numbers, ColumnType type, const RowMask& rows) {
    const ShownNumbers& shown = numbers.shown.get([&] { return std::make_unique<ShownNumbers>(numbers, type); });
    const std::string_view texts = shown.texts();
    const std::span ends = shown.ends();
    RowFlags found{};
    if (node.kind == Filter::Kind::contains) {
        for (const std::string& needle : node.needles) {
            if (needle.empty() || out_of_time()) return rows;
            find_in_texts(texts, ends, needle, found);
        }
    } else {
        for (std::size_t row = 0, begin = 0; row < kBlockRows; begin = ends[row++])
            found[row] = matches_end(node, texts.substr(begin, ends[row] - begin));
    }
    return RowMask(found);
}

/// Of `starts_with` and `ends_with`.
bool Matcher::matches_end(const Node& node, std::string_view folded) {
    return std::ranges::any_of(node.needles, [&](const std::string& needle) {
        return node.kind == Filter::Kind::starts_with ? folded.starts_with(needle) : folded.ends_with(needle);
    });
}

EntryFlags Matcher::matching_entries(const Node& node, const TextDictionary& texts) {
    using enum Filter::Kind;
    EntryFlags found(texts.size());
    if (node.kind == equals) {
        for (std::uint32_t entry = 0; entry < found.size(); ++entry)
            found[entry] = node.sieve->may_have(texts[entry]) && node.equals.contains(texts[entry]);
    } else if (node.kind == starts_with || node.kind == ends_with) {
        for (std::uint32_t entry = 0; entry < found.size(); ++entry)
            found[entry] = matches_end(node, texts.folded(entry));
    } else if (node.kind == contains) {
        for (const std::string& needle : node.needles) {
            if (needle.empty() || out_of_time()) return EntryFlags(texts.size(), 1);
            texts.find(needle, found);
        }
    }
    return found;
}

}  // namespace spanreel::store
