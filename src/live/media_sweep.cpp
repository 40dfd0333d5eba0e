// SPDX-License-Identifier: Apache-2.0
#include "live/media_sweep.hpp"

#include "base/log.hpp"

namespace spanreel::live {

namespace {

enum class Owner : std::uint8_t { none, keeps, left };

/// A row is written before its directory is made, and both have the same name.
Result<Owner> owner_of(store::MetaStore& meta, const std::string& directory) {
    const Result<Asset> asset = meta.asset(directory, store::Deleted::show);
    if (!asset && asset.error().code != Code::not_found) return std::unexpected(asset.error());
    if (asset && asset->deleted) return Owner::left;
    const Result<StreamSession> session = meta.session(directory, store::Deleted::show);
    if (!session && session.error().code != Code::not_found) return std::unexpected(session.error());
    if (session && session->media_directory == directory) return Owner::keeps;
    if (asset && asset->media_directory == directory && asset->phase != AssetPhase::failed) return Owner::keeps;
    return session || asset ? Owner::left : Owner::none;
}

}  // namespace

void sweep_media(store::MetaStore& meta, store::MediaStore& media) {
    const Result<std::vector<std::string>> directories = media.list_directories();
    if (!directories) return log::error("media not swept", {{"error", directories.error().message}});
    for (const std::string& directory : *directories) {
        const Result<Owner> owner = owner_of(meta, directory);
        Result<void> removed;
        if (!owner)
            removed = std::unexpected(owner.error());
        else if (*owner == Owner::left)
            removed = media.remove_directory(directory);
        else if (*owner == Owner::none)
            log::warning("media of no known session or clip", {{"directory", directory}});
        if (!removed) log::error("media not removed", {{"directory", directory}, {"error", removed.error().message}});
    }
}

}  // namespace spanreel::live
