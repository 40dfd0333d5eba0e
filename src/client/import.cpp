// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <curl/curl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "client/amounts.hpp"
#include "client/command.hpp"
#include "client/failure.hpp"
#include "client/span_sender.hpp"
#include "spanreel/orq/threads.hpp"

namespace spanreel::client {

namespace {

constexpr std::size_t kSessionsNamed = 20;
constexpr std::size_t kComplaintsShown = 20;
constexpr auto kProgressEvery = std::chrono::milliseconds(200);

struct ImportArguments : Arguments {
    std::vector<std::string> files;
    std::string otlp_url;
    bool keep_going = false;
};

void declare(CLI::App& action, ImportArguments& arguments) {
    action
        .add_option("files", arguments.files,
                    "OTLP JSON: a request, or one a line as the OpenTelemetry Collector writes files; also packed "
                    "with gzip; - is standard input")
        ->required()
        ->type_name("FILE");
    action.add_flag("--keep-going", arguments.keep_going, "Leave out lines and spans that are bad, and tell");
    action
        .add_option("--otlp-url", arguments.otlp_url,
                    "Where spans are sent to, if not to the server: any OTLP endpoint over HTTP, as "
                    "http://127.0.0.1:4318; another host than the server's is sent a key only with --key or --key-file")
        ->type_name("URL")
        ->group("Server");
}

/// Below which `/traces` is. As OpenTelemetry's exporters have it, an endpoint is named, or the whole URL of its
/// traces.
std::string url_of(const Connection& endpoint) {
    constexpr std::string_view kTraces = "/traces";
    std::string url = endpoint.server();
    while (url.ends_with('/')) url.pop_back();
    return url.ends_with(kTraces) ? url.substr(0, url.size() - kTraces.size()) : url + "/v1";
}

/// The key is for its own server: another host is sent it only if it was given together with that host.
Result<Connection> endpoint_of(const Connection& connection, const ImportArguments& arguments) {
    if (arguments.otlp_url.empty()) return connection;
    constexpr ServerHints kHints{.server = "--otlp-url", .key = "name a file with --key-file"};
    SPANREEL_TRY(Connection endpoint, connection.to(arguments.otlp_url, kHints, false));
    const bool trusted =
        host_of(endpoint.server()) == host_of(connection.server()) || connection.key_source().starts_with("--");
    return trusted ? connection.to(arguments.otlp_url, kHints, true) : endpoint;
}

/// "1 span", "2 spans".
std::string counted(std::size_t count, std::string_view singular) {
    return fmt::format("{} {}{}", count, singular, count == 1 ? "" : "s");
}

class Import {
  public:
    Import(const Context& context, const ImportArguments& arguments, const Connection& endpoint)
        : context_(context),
          arguments_(arguments),
          sender_(
              endpoint.orq(), url_of(endpoint),
              [this](std::size_t first, std::size_t last, std::size_t spans, const std::string& why) {
                  const std::string lines =
                      first == last ? fmt::format("line {}", first) : fmt::format("lines {} to {}", first, last);
                  const std::string which = spans == 1 ? "a span is" : fmt::format("{} spans are", spans);
                  return complain(fmt::format("{}, {}: {} rejected: {}", file_, lines, which,
                                              context_.connection.without_key(why)));
              },
              [&endpoint](const sdk::Error& error) { return explain(endpoint, error, "OTLP endpoint"); }) {}

    Result<int> run() {
        Result<void> done;
        for (const std::string& file : arguments_.files) {
            file_ = file == "-" ? "standard input" : file;
            if (done = read(file); !done) break;
        }
        clear_progress();
        summary();
        if (!done) return report(done.error());
        return bad_ > 0 ? 1 : 0;
    }

  private:
    Result<void> read(const std::string& name) {
        SPANREEL_TRY(OtlpFile file, OtlpFile::open(name));
        std::error_code unknown;
        const std::uintmax_t size = std::filesystem::file_size(name, unknown);
        size_ = unknown ? 0 : size;
        std::optional<Error> unsent;
        const OtlpFile::Sink sink = [&](SpanText span) {
            ++spans_in_request_;
            Result<void> added = sender_.add(std::move(span));
            if (!added) unsent = added.error();
            show_progress(file);
            return added;
        };
        for (;;) {
            spans_in_request_ = 0;
            const Result<bool> more = file.next(sink);
            if (unsent) return std::unexpected(*unsent);
            if (more && !*more) break;
            if (more) {
                empty_ += spans_in_request_ == 0 ? 1 : 0;
                continue;
            }
            if (more.error().code != Code::invalid) return std::unexpected(more.error());
            SPANREEL_CHECK(complain(more.error().message));
            file.skip_line();
        }
        return sender_.flush();
    }

    /// The first one ends the import unless it shall go on.
    Result<void> complain(const std::string& what) {
        if (!arguments_.keep_going) return fail(Code::unprocessable, what + ". --keep-going leaves out what is bad");
        ++bad_;
        clear_progress();
        if (bad_ <= kComplaintsShown) remark(what);
        if (bad_ == kComplaintsShown) remark("what else is bad is counted and not shown");
        return {};
    }

    void show_progress(const OtlpFile& file) {
        const auto now = std::chrono::steady_clock::now();
        if (context_.output.json() || ::isatty(STDERR_FILENO) == 0 || now - shown_ < kProgressEvery) return;
        shown_ = now;
        std::string text = fmt::format("\r{} spans", count_text(static_cast<double>(sender_.sent().spans)));
        if (size_ > 0)
            text += fmt::format(", {}% of {}", 100 * file.bytes_read() / size_, command_line::printable(file_));
        std::fputs((text + "\x1b[K").c_str(), stderr);
        progress_shown_ = true;
    }
    void clear_progress() {
        if (progress_shown_) std::fputs("\r\x1b[K", stderr);
        progress_shown_ = false;
    }

    void summary() const {
        const SentSpans& sent = sender_.sent();
        const std::vector<std::string> sessions = touched();
        if (context_.output.json()) {
            print(boost::json::serialize(
                      boost::json::object{{"spans", sent.spans},
                                          {"rejected", sent.rejected},
                                          {"requests", sent.requests},
                                          {"bad", bad_},
                                          {"sessions", boost::json::array(sessions.begin(), sessions.end())}}) +
                  "\n");
            return;
        }
        print(fmt::format("{} sent in {}, {} rejected\n", counted(sent.spans, "span"),
                          counted(sent.requests, "request"), sent.rejected));
        if (empty_ > 0) print(fmt::format("{} without spans\n", counted(empty_, "request")));
        if (!sessions.empty()) print("sessions that changed meanwhile:\n");
        for (const std::string& session : sessions) print("  " + command_line::printable(session) + "\n");
        if (sessions.size() == kSessionsNamed) print("  and perhaps more: `spanreel sessions list`\n");
    }

    /// The server's own sessions that changed since it was sent the first spans, by its own clock, which tells whole
    /// seconds; of any other endpoint nothing is known.
    std::vector<std::string> touched() const {
        std::vector<std::string> ids;
        const std::time_t begun = curl_getdate(sender_.sent().first_answer.c_str(), nullptr);
        if (!arguments_.otlp_url.empty() || sender_.sent().first_answer.empty() || begun < 0) return ids;
        const auto page = orq::threads_list(
            context_.connection.orq(),
            {.filters = {.interval = orq::SessionInterval::all_time,
                         .start_date = orq::Date(std::chrono::seconds(begun) - sender_.sent().first_took)},
             .limit = static_cast<std::int64_t>(kSessionsNamed)});
        if (page)
            for (const orq::Thread& session : page->data) ids.push_back(session.id);
        return ids;
    }

    const Context& context_;
    const ImportArguments& arguments_;
    SpanSender sender_;
    std::string file_;
    std::uintmax_t size_ = 0;
    std::size_t bad_ = 0;
    std::size_t empty_ = 0;
    std::size_t spans_in_request_ = 0;
    std::chrono::steady_clock::time_point shown_{};
    bool progress_shown_ = false;
};

}  // namespace

void add_import(CLI::App& app, int& status) {
    add_verb<ImportArguments>(app, "import", status, declare,
                              [](const Context& context, const ImportArguments& arguments) -> Result<int> {
                                  SPANREEL_TRY(const Connection endpoint, endpoint_of(context.connection, arguments));
                                  return Import(context, arguments, endpoint).run();
                              });
}

}  // namespace spanreel::client
