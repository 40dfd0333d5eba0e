// SPDX-License-Identifier: Apache-2.0
// Traces found, added up and listed by their values (contract: orq, section 4). Any thread; waits for the index.
#pragma once
#include <string>

#include "access/key_ring.hpp"
#include "net/http_message.hpp"
#include "trace/recorder.hpp"

namespace spanreel::api::orq {

class TraceSearchHandlers {
  public:
    TraceSearchHandlers(access::KeyRing& keys, const trace::Recorder& recorder) : keys_(keys), recorder_(recorder) {}

    Result<net::Response> search(const net::Request& request) const;
    Result<net::Response> query(const net::Request& request) const;
    Result<net::Response> aggregate(const net::Request& request) const;
    Result<net::Response> facets(const net::Request& request) const;
    Result<net::Response> facet_values(const net::Request& request, const std::string& field) const;
    Result<net::Response> fields(const net::Request& request) const;

  private:
    access::KeyRing& keys_;
    const trace::Recorder& recorder_;
};

}  // namespace spanreel::api::orq
