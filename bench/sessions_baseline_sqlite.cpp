// SPDX-License-Identifier: Apache-2.0
// The baseline of lists: the same questions, asked of SQLite in the database the server itself keeps, without HTTP and
// JSON. Usage: bench_sessions_baseline_sqlite FILE TIMES. Prints p50 and p99 milliseconds and the name of each.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <vector>

namespace {

struct Question {
    const char* name;
    const char* sql;
};

constexpr std::array<Question, 6> kQuestions{{
    {"default order", "SELECT * FROM trace_sessions ORDER BY started_at DESC, id LIMIT 51"},
    {"count of a title's part", "SELECT count(*) FROM trace_sessions WHERE title LIKE '%parcel%'"},
    {"numbers in a range",
     "SELECT * FROM trace_sessions WHERE total_tokens BETWEEN 11000 AND 13000 "
     "ORDER BY started_at DESC, id LIMIT 51"},
    {"tag", "SELECT count(*) FROM trace_sessions WHERE EXISTS (SELECT 1 FROM json_each(tags) WHERE value = 'tag-7')"},
    {"sorted by duration", "SELECT * FROM trace_sessions ORDER BY duration DESC, id LIMIT 51"},
    {"sorted by key, in the middle", "SELECT * FROM trace_sessions ORDER BY external_id, id LIMIT 51 OFFSET 500000"},
}};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    SQLite::Database database(argv[1], SQLite::OPEN_READONLY);
    database.exec("PRAGMA cache_size = -1000000");
    for (const Question& question : kQuestions) {
        std::vector<double> times;
        SQLite::Statement statement(database, question.sql);
        for (int i = 0; i <= std::atoi(argv[2]); ++i) {
            auto begun = std::chrono::steady_clock::now();
            while (statement.executeStep()) {
            }
            statement.reset();
            times.push_back(
                std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
        }
        times.erase(times.begin());  // the first one reads the file
        std::ranges::sort(times);
        fmt::print("{:.1f}\t{:.1f}\t{}\n", times[times.size() / 2], times.back(), question.name);
    }
}
