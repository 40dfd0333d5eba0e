// SPDX-License-Identifier: Apache-2.0
// Bodies that make API keys: what a key shall be, with the origins of pages. What is taken can be shown and given
// again.
#include "access/origins.hpp"
#include "answer.hpp"
#include "api/spanreel/key_json.hpp"

namespace {

using namespace spanreel;
using namespace spanreel::api::spanreel;

constexpr UnixMillis kNow{Millis(1'760'000'000'000)};

auto values(const access::KeySpec& spec) {
    return std::tie(spec.name, spec.project, spec.scopes, spec.cors, spec.expires_at);
}

void check_key(const access::KeySpec& spec) {
    require(spec.cors.allowed_origins.size() <= access::kMaxOrigins);
    const ApiKey key{.id = "k",
                     .project = spec.project,
                     .name = spec.name,
                     .expires_at = spec.expires_at,
                     .scopes = spec.scopes,
                     .cors = spec.cors};
    const std::string shown = api::to_text(key_json(key));
    read_answer(shown);
    auto again = read_key_body(shown);
    require(again && access::check(*again, kNow) && values(*again) == values(spec));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto spec = read_key_body({reinterpret_cast<const char*>(data), size});
    if (!spec) {
        check_refusal(spec.error());
        return 0;
    }
    if (auto held = access::check(*spec, kNow); !held)
        check_refusal(held.error());
    else
        check_key(*spec);
    return 0;
}
