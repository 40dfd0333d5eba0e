// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "asset_json.hpp"

namespace spanreel::livepeer {

std::string to_json(const Asset& asset) { return sdk::json_of(asset); }

std::string to_json(const AssetResponse& response) { return answer_json(response, response.asset, "asset"); }

std::string to_json(const AssetsResponse& response) { return answer_json(response, response.data, "data"); }

}  // namespace spanreel::livepeer
