// SPDX-License-Identifier: Apache-2.0
#include "client/table.hpp"

#include <algorithm>
#include <numeric>

#include "command_line/terminal_text.hpp"

namespace spanreel::client {

namespace {

constexpr std::string_view kGap = "  ";
constexpr std::size_t kNarrowestText = 8;

std::string upper(std::string_view name) {
    std::string out(name);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return out;
}

struct Layout {
    std::size_t index;  ///< of the heading
    Column column;
    std::size_t width;
};

std::size_t width_of(const std::vector<Layout>& columns) {
    return std::transform_reduce(columns.begin(), columns.end(), std::size_t{0}, std::plus<>(),
                                 [](const Layout& column) { return column.width; }) +
           kGap.size() * (columns.size() - 1);
}

/// Takes from the widest text, column by column of the terminal, until the line fits or no text can give more.
void fit(std::vector<Layout>& columns, std::size_t width) {
    const auto given = [](const Layout& column) { return column.column == Column::text ? column.width : 0; };
    while (width_of(columns) > width) {
        const auto widest = std::ranges::max_element(columns, {}, given);
        if (given(*widest) <= kNarrowestText) return;
        --widest->width;
    }
}

std::string line_of(const std::vector<Layout>& columns, const Row& row) {
    std::string line;
    for (const Layout& column : columns) {
        if (!line.empty()) line += kGap;
        const std::string text = command_line::cut_to(row[column.index], column.width);
        const std::string blanks(column.width - command_line::width_of(text), ' ');
        line += column.column == Column::number ? blanks + text : text + blanks;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

}  // namespace

std::string table(const std::vector<Heading>& headings, const std::vector<Row>& rows,
                  std::optional<std::size_t> width) {
    Row names;
    std::vector<Layout> columns;
    for (std::size_t i = 0; i < headings.size(); ++i) {
        names.push_back(upper(headings[i].name));
        if (headings[i].column == Column::hidden) continue;
        std::size_t widest = command_line::width_of(names.back());
        for (const Row& row : rows) widest = std::max(widest, command_line::width_of(row[i]));
        columns.push_back({.index = i, .column = headings[i].column, .width = widest});
    }
    if (width) fit(columns, *width);
    const auto print = [&](const Row& row) {
        const std::string line = line_of(columns, row);
        return (width ? command_line::cut_to(line, *width) : line) + "\n";
    };
    std::string out = print(names);
    for (const Row& row : rows) out += print(row);
    return out;
}

std::string details(const std::vector<Heading>& headings, const Row& row) {
    std::size_t widest = 0;
    for (std::size_t i = 0; i < headings.size(); ++i)
        if (!row[i].empty()) widest = std::max(widest, headings[i].name.size());
    std::string out;
    for (std::size_t i = 0; i < headings.size(); ++i)
        if (!row[i].empty()) {
            out += headings[i].name;
            out.append(widest - headings[i].name.size(), ' ').append(kGap).append(row[i]).append("\n");
        }
    return out;
}

}  // namespace spanreel::client
