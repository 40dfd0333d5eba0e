// SPDX-License-Identifier: Apache-2.0
// The JSON Schemas of request bodies (contract, livepeer 3). Any thread.
#pragma once
#include "api/livepeer/schema.hpp"

namespace spanreel::api::livepeer {

const Schema& new_stream_schema();
const Schema& stream_patch_schema();
const Schema& stream_ids_schema();
const Schema& asset_patch_schema();
const Schema& new_clip_schema();
const Schema& record_schema();
const Schema& suspended_schema();

}  // namespace spanreel::api::livepeer
