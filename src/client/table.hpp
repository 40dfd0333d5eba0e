// SPDX-License-Identifier: Apache-2.0
// Texts in columns. Pure functions.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spanreel::client {

enum class Column {
    hidden,  ///< shown for a single object, in no table
    fixed,   ///< never cut: ids are copied, numbers misread
    text,    ///< may be cut to make room
    number,  ///< fixed, and to the right
};

struct Heading {
    std::string_view name;
    Column column = Column::fixed;
};

using Row = std::vector<std::string>;  ///< printable texts, one a heading

/// A line of names and a line a row. With `width`, no line takes more columns of the terminal: texts are cut first, the
/// widest most, then whatever lies at the right.
std::string table(const std::vector<Heading>& headings, const std::vector<Row>& rows, std::optional<std::size_t> width);

/// One row, a line for each text that is not empty.
std::string details(const std::vector<Heading>& headings, const Row& row);

}  // namespace spanreel::client
