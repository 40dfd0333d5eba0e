// SPDX-License-Identifier: Apache-2.0
// What can be done with any object of which the id is known.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "client/command.hpp"
#include "client/failure.hpp"
#include "client/noun.hpp"

namespace spanreel::client {

struct ById {
    std::string_view singular;
    std::vector<Heading> headings;
    std::function<Result<Record>(const Connection&, const std::string& id)> get;
};

using Change = std::function<Result<void>(const Connection&, const std::string& id)>;

/// `get(connection, id)` gives the object itself.
template <class T, class Get>
ById by_id(const Noun<T>& noun, Get get) {
    return {.singular = noun.singular,
            .headings = noun.headings(),
            .get = [&noun, get](const Connection& connection, const std::string& id) -> Result<Record> {
                SPANREEL_TRY(T object, get(connection, id));
                return noun.record(object);
            }};
}

/// "stream 4711", for messages.
std::string named(std::string_view singular, std::string_view id);

/// The id of one object, or of several.
void add_id(CLI::App& action, std::string& id);
void add_ids(CLI::App& action, std::vector<std::string>& ids);

/// Prints each, also behind one that fails.
Result<void> get_all(const Context& context, const ById& object, const std::vector<std::string>& ids);

void add_get(const Command& noun, const ById& object);
/// Asks before it deletes.
void add_delete(const Command& noun, std::string_view singular, Change remove, const std::string& help);
/// An action that takes ids, and says of each that it is `done`.
void add_change(const Command& noun, const std::string& name, std::string_view singular, std::string_view done,
                Change change, const std::string& help);

}  // namespace spanreel::client
