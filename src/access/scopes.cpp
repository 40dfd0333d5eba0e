// SPDX-License-Identifier: Apache-2.0
#include "access/scopes.hpp"

namespace spanreel::access {

Result<KeyScopes> scopes_from(const std::vector<std::string>& words) {
    KeyScopes scopes{false, false, false, false};
    for (const std::string& word : words) {
        auto scope = from_name<KeyScope>(word);
        if (!scope)
            return fail(Code::invalid, fmt::format("no scope \"{}\": there are read, write, ingest and admin", word),
                        "scopes");
        scopes.grant(*scope);
    }
    return scopes;
}

std::vector<std::string> words_of(const KeyScopes& scopes) {
    std::vector<std::string> words;
    for (std::string_view word : kNames<KeyScope>)
        if (scopes.include(*from_name<KeyScope>(word))) words.emplace_back(word);
    return words;
}

}  // namespace spanreel::access
