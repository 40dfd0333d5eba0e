// SPDX-License-Identifier: Apache-2.0
// What there is to show of a kind of object: one table for lists, for a single object, and for watching.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "client/table.hpp"
#include "command_line/terminal_text.hpp"

namespace spanreel::client {

/// How far something is that a server makes.
enum class Progress { none, making, done, failed };

/// An object as it is printed.
struct Record {
    std::string id;
    Row texts;
    std::string json;  ///< as the API has it, on one line
    Progress progress = Progress::none;
};

template <class T>
struct Field {
    std::string_view name;
    Column column;
    std::string (*text)(const T& object);  ///< for people; empty: there is nothing to say
};

template <class T>
struct Noun {
    std::string_view singular;
    std::string_view plural;
    std::string (*id)(const T& object);
    std::vector<Field<T>> fields;
    Progress (*progress)(const T& object) = nullptr;

    std::vector<Heading> headings() const {
        std::vector<Heading> out;
        for (const Field<T>& field : fields) out.push_back({.name = field.name, .column = field.column});
        return out;
    }
    Record record(const T& object) const {
        Record out{.id = id(object), .texts = {}, .json = command_line::printable_json(to_json(object))};
        if (progress) out.progress = progress(object);
        for (const Field<T>& field : fields) out.texts.push_back(command_line::printable(field.text(object)));
        return out;
    }
};

}  // namespace spanreel::client
