// SPDX-License-Identifier: Apache-2.0
// Results on a stream, as JSON with the names they have on the wire.
#pragma once
#include <concepts>
#include <ostream>
#include <string>

#pragma GCC visibility push(default)
namespace spanreel::orq {

template <class Model>
    requires requires(const Model& model) {
        { to_json(model) } -> std::same_as<std::string>;
    }
std::ostream& operator<<(std::ostream& out, const Model& model) {
    return out << to_json(model);
}

}  // namespace spanreel::orq
#pragma GCC visibility pop
