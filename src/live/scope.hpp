// SPDX-License-Identifier: Apache-2.0
// Who asks, as the rules of streams, sessions and assets need to know it. Plain data.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace spanreel::live {

struct Scope {
    std::string workspace;               ///< Workspace::id
    std::optional<std::string> project;  ///< absent: the whole workspace
    std::string key_name;                ///< written on what is made
    std::string key_id;                  ///< whom the limit of running clips counts; empty for a user without a key
    std::string default_project;         ///< Workspace::default_project

    /// The project an object of the caller's workspace counts to: its own, else the default one.
    template <class T>
    const std::string& project_of(const T& object) const {
        return object.project.empty() ? default_project : object.project;
    }

    /// Whether an object of that workspace and project is the caller's.
    template <class T>
    bool sees(const T& object) const {
        return object.workspace == workspace && (!project || project_of(object) == *project);
    }
};

/// An object that exists but is not the caller's is not found either.
template <class T>
Result<T> visible(const Scope& scope, Result<T> found, std::string_view missing = "not found") {
    if (found && scope.sees(*found)) return found;
    if (!found && found.error().code != Code::not_found) return found;
    return fail(Code::not_found, std::string(missing));
}

}  // namespace spanreel::live
