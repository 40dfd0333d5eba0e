// SPDX-License-Identifier: Apache-2.0
// Names the threads of a pool of Asio's, which has no other way.
#pragma once
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <latch>
#include <memory>

#include "base/thread_name.hpp"

namespace spanreel::server {

/// `count`: all that it has; they must be idle. Each takes one of the jobs, as none ends before all have begun.
inline void name_threads(boost::asio::thread_pool& pool, std::size_t count, const char* name) {
    const auto all = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(count));
    for (std::size_t i = 0; i < count; ++i)
        boost::asio::post(pool, [all, name] {
            name_this_thread(name);
            all->arrive_and_wait();
        });
}

}  // namespace spanreel::server
