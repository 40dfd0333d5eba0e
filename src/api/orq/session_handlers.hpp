// SPDX-License-Identifier: Apache-2.0
// The calls on sessions, the same for both generations but for what bodies look like. Any thread; waits for the
// tape or the index.
#pragma once
#include <string>

#include "access/key_ring.hpp"
#include "api/orq/generation.hpp"
#include "net/http_message.hpp"
#include "trace/recorder.hpp"

namespace spanreel::api::orq {

class SessionHandlers {
  public:
    SessionHandlers(Generation generation, access::KeyRing& keys, trace::Recorder& recorder)
        : generation_(generation), keys_(keys), recorder_(recorder) {}

    Result<net::Response> create(const net::Request& request) const;
    Result<net::Response> get(const net::Request& request, const std::string& id) const;
    Result<net::Response> update(const net::Request& request, const std::string& id) const;
    Result<net::Response> remove(const net::Request& request, const std::string& id) const;
    Result<net::Response> list(const net::Request& request) const;
    Result<net::Response> count(const net::Request& request) const;
    /// Of all sessions that the caller sees.
    Result<net::Response> tags(const net::Request& request) const;

  private:
    Result<store::SessionQuery> query_of(const net::Request& request) const;

    Generation generation_;
    access::KeyRing& keys_;
    trace::Recorder& recorder_;
};

}  // namespace spanreel::api::orq
