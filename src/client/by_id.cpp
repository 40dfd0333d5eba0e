// SPDX-License-Identifier: Apache-2.0
#include "client/by_id.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace spanreel::client {

namespace {

struct IdArguments : Arguments {
    std::vector<std::string> ids;
    bool yes = false;
};

void declare_ids(CLI::App& action, IdArguments& arguments) { add_ids(action, arguments.ids); }

/// All of them, also behind one that fails; the first failure is the program's, others are only told.
template <class Each>
Result<void> for_each_id(const std::vector<std::string>& ids, Each each) {
    Result<void> first{};
    for (const std::string& id : ids) {
        Result<void> done = each(id);
        if (done) continue;
        if (first)
            first = std::move(done);
        else
            report(done.error());
    }
    return first;
}

Result<void> change_all(const Context& context, const IdArguments& arguments, std::string_view singular,
                        std::string_view done, const Change& change) {
    return for_each_id(arguments.ids, [&](const std::string& id) -> Result<void> {
        SPANREEL_CHECK(change(context.connection, id));
        remark(fmt::format("{} {}.", named(singular, id), done));
        return {};
    });
}

}  // namespace

std::string named(std::string_view singular, std::string_view id) { return fmt::format("{} {}", singular, id); }

void add_id(CLI::App& action, std::string& id) {
    action.add_option("id", id, "Its id, as `list` shows it")->required()->type_name("ID");
}

void add_ids(CLI::App& action, std::vector<std::string>& ids) {
    action.add_option("ids", ids, "Ids, as `list` shows them")->required()->type_name("ID");
}

Result<void> get_all(const Context& context, const ById& object, const std::vector<std::string>& ids) {
    bool first = true;
    return for_each_id(ids, [&](const std::string& id) -> Result<void> {
        SPANREEL_TRY(const Record record, object.get(context.connection, id));
        if (!std::exchange(first, false) && !context.output.json()) print("\n");
        context.output.one(object.headings, record);
        return {};
    });
}

void add_get(const Command& noun, const ById& object) {
    add_action<IdArguments>(noun, "get", fmt::format("Show all about a {}", object.singular), declare_ids,
                            [object](const Context& context, const IdArguments& arguments) {
                                return get_all(context, object, arguments.ids);
                            });
}

void add_delete(const Command& noun, std::string_view singular, Change remove, const std::string& help) {
    add_action<IdArguments>(
        noun, "delete", help,
        [](CLI::App& action, IdArguments& arguments) {
            declare_ids(action, arguments);
            action.add_flag("--yes,-y", arguments.yes, "Delete without asking");
        },
        [singular, remove = std::move(remove)](const Context& context, const IdArguments& arguments) -> Result<void> {
            if (!arguments.yes) {
                SPANREEL_TRY(const bool agreed,
                             confirmed(fmt::format("Delete {} {}?", singular, fmt::join(arguments.ids, ", "))));
                if (!agreed) return fail(Code::invalid, "nothing is deleted");
            }
            return change_all(context, arguments, singular, "is deleted", remove);
        });
}

void add_change(const Command& noun, const std::string& name, std::string_view singular, std::string_view done,
                Change change, const std::string& help) {
    add_action<IdArguments>(
        noun, name, help, declare_ids,
        [singular, done, change = std::move(change)](const Context& context, const IdArguments& arguments) {
            return change_all(context, arguments, singular, done, change);
        });
}

}  // namespace spanreel::client
