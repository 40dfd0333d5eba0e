// SPDX-License-Identifier: Apache-2.0
// Compare-and-set writes of EmbeddedMetaStore's nouns, which its lists then show.
#pragma once
#include <string_view>

#include "store/embedded/embedded_meta_store.hpp"
#include "store/embedded/meta_tables.hpp"

namespace spanreel::store {

/// `conflict` when a stream or an asset has the id already.
inline Result<void> claim_playback_id(Connection& connection, std::string_view playback_id) {
    auto statement = connection.prepare("INSERT INTO playback_ids (playback_id) VALUES (?)");
    statement->bind(1, std::string(playback_id));
    statement->exec();
    return {};
}

/// Replaces the stored objects, all or none, and counts up the versions of the given ones when that is durable.
template <class... T>
Result<void> EmbeddedMetaStore::replace_and_refresh(T&... objects) {
    SPANREEL_CHECK(database_.write([&](Connection& connection) -> Result<void> {
        Result<void> replaced;
        auto replace_next = [&](auto next) {
            ++next.version;
            replaced = replace(connection, next);
            return replaced.has_value();
        };
        (replace_next(objects) && ...);
        return replaced;
    }));
    (++objects.version, ...);
    (refresh(objects), ...);
    return {};
}

}  // namespace spanreel::store
