// SPDX-License-Identifier: Apache-2.0
// Changing and deleting assets (contract, livepeer 3.4). Owned by the wiring; methods block and may be called by any
// thread but those of the media pool.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "live/clock.hpp"
#include "live/scope.hpp"
#include "model/asset.hpp"
#include "store/media_store.hpp"
#include "store/meta_store.hpp"

namespace spanreel::live {

/// Absent fields stay as they are.
struct AssetPatch {
    std::optional<std::string> name;
    std::optional<std::string> creator_id;
};

class AssetService {
  public:
    AssetService(store::MetaStore& meta, store::MediaStore& media, Clock clock = now);

    /// `not_found` for what the caller does not see; `unprocessable` unless the asset is ready.
    Result<Asset> patch(const Scope& scope, std::string_view id, const AssetPatch& patch);
    /// At once nothing plays it any more; then its media goes. Clips of a recording own theirs. `not_found`,
    /// `forbidden` for another's, `invalid` when it is deleted already, `unprocessable` while it is still being made.
    Result<void> remove(const Scope& scope, std::string_view id);

  private:
    Result<Asset> mark_deleted(std::string_view id);

    store::MetaStore& meta_;
    store::MediaStore& media_;
    Clock clock_;
};

}  // namespace spanreel::live
