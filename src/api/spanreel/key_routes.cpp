// SPDX-License-Identifier: Apache-2.0
#include "api/spanreel/key_routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>

#include "access/scopes.hpp"
#include "api/caller/caller.hpp"
#include "api/json/json_text.hpp"
#include "api/spanreel/errors.hpp"
#include "api/spanreel/key_json.hpp"

namespace spanreel::api::spanreel {

namespace {

namespace json = boost::json;
using net::Method;
using net::Request;
using net::RunOn;

constexpr std::size_t kMaxKeyBody = 64 * 1024;

class KeyHandlers {
  public:
    explicit KeyHandlers(access::KeyRing& keys) : keys_(keys) {}

    Result<net::Response> create(const Request& request) const {
        SPANREEL_TRY(const access::Principal caller, principal_of(keys_, request, KeyScope::admin));
        SPANREEL_TRY(access::KeySpec spec, read_key_body(request.body));
        if (!caller.project.empty()) {
            if (!spec.project.empty() && spec.project != caller.project)
                return fail(Code::forbidden, "this API key makes keys of its own project alone", "project");
            spec.project = caller.project;
        }
        SPANREEL_TRY(const access::NewKey made, keys_.create_key(caller.workspace, std::move(spec)));
        json::object out = key_json(made.key);
        out["secret"] = made.secret;
        return net::json_response(201, to_text(out));
    }

    Result<net::Response> list(const Request& request) const {
        SPANREEL_TRY(const access::Principal caller, principal_of(keys_, request, KeyScope::admin));
        SPANREEL_TRY(const std::vector<ApiKey> keys, keys_.list(caller.workspace, caller.project));
        json::array data;
        for (const ApiKey& key : keys) data.push_back(key_json(key));
        return net::json_response(200, to_text(json::object{{"data", std::move(data)}}));
    }

    Result<net::Response> revoke(const Request& request, const std::string& id) const {
        SPANREEL_TRY(const access::Principal caller, principal_of(keys_, request, KeyScope::admin));
        SPANREEL_CHECK(keys_.revoke(caller.workspace, id, caller.project));
        return net::empty_response(204);
    }

  private:
    access::KeyRing& keys_;
};

}  // namespace

void add_key_routes(net::Router& router, access::KeyRing& keys) {
    const auto handlers = std::make_shared<const KeyHandlers>(keys);
    router.mount("/v1/keys",
                 {.max_body = kMaxKeyBody, .max_encoded_body = kMaxKeyBody, .render_error = error_response});
    router.add(Method::post, "/v1/keys", RunOn::blocking_pool,
               [handlers](const Request& request) { return handlers->create(request); });
    router.add(Method::get, "/v1/keys", RunOn::blocking_pool,
               [handlers](const Request& request) { return handlers->list(request); });
    router.add(Method::delete_, "/v1/keys/{id}", RunOn::blocking_pool,
               [handlers](const Request& request, const std::string& id) { return handlers->revoke(request, id); });
}

}  // namespace spanreel::api::spanreel
