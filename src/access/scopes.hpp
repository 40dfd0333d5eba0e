// SPDX-License-Identifier: Apache-2.0
// Scopes as people write them.
#pragma once
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/key.hpp"

namespace spanreel::access {

/// `invalid` names a word that is none of read, write, ingest and admin.
Result<KeyScopes> scopes_from(const std::vector<std::string>& words);
/// In the order of KeyScope.
std::vector<std::string> words_of(const KeyScopes& scopes);

}  // namespace spanreel::access
