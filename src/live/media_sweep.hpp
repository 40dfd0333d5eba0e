// SPDX-License-Identifier: Apache-2.0
// At a start, before sessions and clips go on: removes what a crash kept from being removed. Blocks.
#pragma once
#include "store/media_store.hpp"
#include "store/meta_store.hpp"

namespace spanreel::live {

/// Removes directories of sessions that kept nothing and of clips that failed. A directory whose session or clip the
/// database has never heard of stays: the database may be the older one. What fails is logged.
void sweep_media(store::MetaStore& meta, store::MediaStore& media);

}  // namespace spanreel::live
