// SPDX-License-Identifier: Apache-2.0
#include "client/watch.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <thread>

#include "base/time.hpp"

namespace spanreel::client {

namespace {

using Seconds = std::chrono::duration<double>;

constexpr std::size_t kMostWatched = 100;  // without ids
constexpr double kShortestInterval = 0.1, kLongestInterval = 3600;
constexpr Seconds kFirstPause(1), kLongestPause(30);  // between attempts to reach a server that is gone
constexpr Seconds kMadeInterval(0.5);

struct WatchArguments : Arguments {
    std::vector<std::string> ids;
    double interval = 2;
};

/// The line that ^C was shown on is ended; nothing else is left to do.
extern "C" void end_watching(int) {
    const bool ended = !::isatty(STDOUT_FILENO) || ::write(STDOUT_FILENO, "\n", 1) == 1;
    ::_exit(ended ? 0 : exit_status(Code::internal));
}

/// Prints what is new since the last time.
class Display {
  public:
    Display(const Output& output, std::vector<Heading> headings, bool single)
        : json_(output.json()), headings_(std::move(headings)), single_(single) {}

    void show(const std::vector<Record>& records) {
        if (const std::optional<Screen> terminal = screen(); terminal && !json_) return redraw(records, *terminal);
        std::map<std::string, std::string> shown;
        for (const Record& record : records) {
            const auto before = shown_.find(record.id);
            if (before == shown_.end() || before->second != record.json)
                print(json_ ? record.json + "\n" : line_of(record));
            shown[record.id] = record.json;
        }
        shown_ = std::move(shown);
    }

  private:
    std::string line_of(const Record& record) const {
        std::string line = to_iso_millis(now());
        for (std::size_t i = 0; i < headings_.size(); ++i)
            if (headings_[i].column != Column::hidden && !record.texts[i].empty()) line += "  " + record.texts[i];
        return line + "\n";
    }

    void redraw(const std::vector<Record>& records, Screen terminal) {
        std::vector<Row> rows;
        for (const Record& record : records) rows.push_back(record.texts);
        const std::string text = single_ ? details(headings_, rows.front()) : table(headings_, rows, terminal.width);
        std::string out = drawn_ == 0 ? "" : fmt::format("\x1b[{}A\r\x1b[J", drawn_);
        drawn_ = 0;
        for (std::size_t at = 0; at < text.size() && drawn_ + 1 < terminal.height; ++drawn_) {
            const std::size_t end = text.find('\n', at);
            out += command_line::cut_to(std::string_view(text).substr(at, end - at), terminal.width) + "\n";
            at = end + 1;
        }
        print(out);
    }

    bool json_;
    std::vector<Heading> headings_;
    bool single_;
    std::map<std::string, std::string> shown_;  ///< JSON by id, of the last look alone
    std::size_t drawn_ = 0;                     ///< lines on the terminal
};

Result<std::vector<Record>> fetch(const Connection& connection, const ById& object, const Each& each,
                                  const std::vector<std::string>& ids) {
    std::vector<Record> records;
    for (const std::string& id : ids) {
        SPANREEL_TRY(Record record, object.get(connection, id));
        records.push_back(std::move(record));
    }
    if (!ids.empty()) return records;
    SPANREEL_CHECK(each(connection, kMostWatched, [&](Record record) {
        records.push_back(std::move(record));
        return records.size() < kMostWatched;
    }));
    return records;
}

bool is_made(const Record& record) { return record.progress == Progress::done || record.progress == Progress::failed; }

Result<void> success_of(const std::vector<Record>& records, std::string_view singular) {
    for (const Record& record : records)
        if (record.progress == Progress::failed)
            return fail(Code::unprocessable, fmt::format("{} failed; `get` shows why", named(singular, record.id)));
    return {};
}

/// A server that was reached once is waited for; what it refuses is not asked again.
class Patience {
  public:
    bool outlasts(const Error& error) {
        if (!reached_ || error.code != Code::unavailable) return false;
        if (pause_ == Seconds(0)) remark("spanreel: " + error.message + "; trying again");
        pause_ = pause_ == Seconds(0) ? kFirstPause : std::min(2 * pause_, kLongestPause);
        std::this_thread::sleep_for(pause_);
        return true;
    }
    void reached() {
        reached_ = true;
        if (std::exchange(pause_, Seconds(0)) != Seconds(0)) remark("spanreel: the server answers again");
    }

  private:
    bool reached_ = false;
    Seconds pause_{0};
};

Result<void> watch(const Context& context, const WatchArguments& arguments, const ById& object, const Each& each) {
    std::signal(SIGINT, end_watching);
    Display display(context.output, object.headings, arguments.ids.size() == 1);
    Patience patience;
    for (;;) {
        const Result<std::vector<Record>> records = fetch(context.connection, object, each, arguments.ids);
        if (!records) {
            if (patience.outlasts(records.error())) continue;
            return std::unexpected(records.error());
        }
        patience.reached();
        display.show(*records);
        if (!arguments.ids.empty() && std::ranges::all_of(*records, is_made))
            return success_of(*records, object.singular);
        std::this_thread::sleep_for(Seconds(arguments.interval));
    }
}

}  // namespace

void add_watch(const Command& noun, const ById& object, Each each, const std::string& help) {
    add_action<WatchArguments>(
        noun, "watch", help,
        [](CLI::App& action, WatchArguments& arguments) {
            action.add_option("ids", arguments.ids, "Ids, as `list` shows them; none: all")->type_name("ID");
            action.add_option("--interval", arguments.interval, "Seconds between two looks")
                ->type_name("SECONDS")
                ->check(CLI::Range(kShortestInterval, kLongestInterval))
                ->capture_default_str();
        },
        [object, each = std::move(each)](const Context& context, const WatchArguments& arguments) {
            return watch(context, arguments, object, each);
        });
}

Result<Record> made(const Context& context, const ById& object, const std::string& id) {
    for (;;) {
        SPANREEL_TRY(Record record, object.get(context.connection, id));
        if (is_made(record)) {
            SPANREEL_CHECK(success_of({record}, object.singular));
            return record;
        }
        std::this_thread::sleep_for(kMadeInterval);
    }
}

}  // namespace spanreel::client
