// SPDX-License-Identifier: Apache-2.0
// Puts stream sessions into the database of a data directory whose server is down, as a year of broadcasts would have
// left them; recordings of half of them. Usage: bench_stream_session_fill FILE WORKSPACE SESSIONS
#include <fmt/format.h>

#include <cstdlib>
#include <random>

#include "base/ids.hpp"
#include "store/embedded/meta_write.hpp"

namespace {

using namespace spanreel;

StreamSession make_session(std::mt19937_64& random, const std::string& workspace, std::int64_t created) {
    StreamSession session;
    session.id = make_uuid();
    session.workspace = workspace;
    session.stream_id = fmt::format("00000000-0000-4000-8000-{:012}", random() % 1000);
    session.playback_id = fmt::format("{:016x}", random());
    session.name = "video+" + session.playback_id;
    session.record = random() % 2 == 0;
    session.state = SessionState::ended;
    session.statistics.source_segments = static_cast<std::int64_t>(random() % 5000);
    session.statistics.source_segments_duration = static_cast<double>(random() % 10'000'000) / 1000;
    session.statistics.source_bytes = static_cast<std::int64_t>(random() % 4'000'000'000);
    session.created_at = UnixMillis(Millis(created));
    session.last_seen = session.created_at + Millis(random() % 10'000'000);
    return session;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const std::int64_t count = std::atoll(argv[3]);
    auto database = store::Database::open(argv[1]).value();
    const std::int64_t now = to_unix_millis(spanreel::now());
    constexpr std::int64_t kYear = 365LL * 86'400'000, kBatch = 10'000;
    std::mt19937_64 random(1);
    for (std::int64_t done = 0; done < count; done += kBatch) {
        auto written = database->write([&](store::Connection& connection) -> Result<void> {
            for (std::int64_t i = done; i < std::min(count, done + kBatch); ++i)
                SPANREEL_CHECK(
                    store::insert(connection, make_session(random, argv[2], now - kYear + i * (kYear / count))));
            return {};
        });
        if (!written) {
            fmt::print(stderr, "{}\n", written.error().message);
            return 1;
        }
    }
}
