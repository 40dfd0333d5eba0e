// SPDX-License-Identifier: Apache-2.0
// A resolver that hangs, in place of the system's: it must hold up neither a timeout, nor a stop, nor a client's end.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <cstring>
#include <future>
#include <latch>
#include <thread>

#include "spanreel/sdk/core.hpp"

namespace {

std::latch name_is_found(1);
std::atomic<int> asked = 0, told = 0;

}  // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
    if (node && std::strcmp(node, "hangs.invalid") == 0) {
        ++asked;
        name_is_found.wait();
        ++told;
        return EAI_NONAME;
    }
    static const auto of_the_system = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
    return of_the_system(node, service, hints, result);
}

namespace spanreel::sdk {
namespace {

using namespace std::chrono_literals;

TEST(Resolver, HoldsNoCallUp) {
    constexpr std::array<std::string_view, 0> kNone{};
    const Service service{.name = "test", .servers = kNone};
    const Prepared prepared{.operation = "", .method = "GET", .path = "/", .query = {}};
    const auto begun = std::chrono::steady_clock::now();
    {
        const Core core(service, {.server_url = "http://hangs.invalid"});
        std::promise<Error::Kind> late, stopped;
        EXPECT_EQ(core.send(prepared, {.timeout = 50ms}).error().kind, Error::Kind::timeout);
        core.send_async(prepared, {.timeout = 50ms}, [&](auto result) { late.set_value(result.error().kind); });
        EXPECT_EQ(late.get_future().get(), Error::Kind::timeout);
        std::stop_source stop;
        const std::jthread stopper([&] {
            while (asked < 4) std::this_thread::yield();
            stop.request_stop();
        });
        core.send_async(prepared, {}, [&](auto result) { stopped.set_value(result.error().kind); }, stop.get_token());
        CallOptions options;
        options.fetch.stop = stop.get_token();
        EXPECT_EQ(core.send(prepared, options).error().kind, Error::Kind::aborted);
        EXPECT_EQ(stopped.get_future().get(), Error::Kind::aborted);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
    EXPECT_EQ(told, 0) << "all that while";
    name_is_found.count_down();
    while (told < asked) std::this_thread::yield();
}

}  // namespace
}  // namespace spanreel::sdk
