// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "client/amounts.hpp"
#include "client/command.hpp"
#include "client/download.hpp"
#include "client/output_file.hpp"
#include "client/page_query.hpp"

namespace spanreel::client {

namespace {

struct ExportArguments : Arguments {
    std::string session;
    std::vector<std::string> traces;
    std::string from, to;
    std::string file;
};

void declare(CLI::App& action, ExportArguments& arguments) {
    const std::string which = "Which";
    CLI::Option* session = action.add_option("--session", arguments.session,
                                             "Spans of this trace session, or of what ran during this "
                                             "stream session");
    CLI::Option* traces =
        action.add_option("--trace", arguments.traces, "Spans of this trace; several: of each of them");
    session->type_name("ID")->group(which);
    traces->type_name("ID")->group(which)->allow_extra_args(false)->excludes(session);
    const std::string written = ": 2027-01-31, 2027-01-31T08:30:00Z (UTC), or how long ago: 90m, 24h, 7d";
    for (auto [flag, value, help] : {std::tuple{"--from", &arguments.from, "Traces that began then or later"},
                                     std::tuple{"--to", &arguments.to, "Traces that began before"}})
        action.add_option(flag, *value, help + written)
            ->type_name("TIME")
            ->group(which)
            ->excludes(session)
            ->excludes(traces);
    action
        .add_option("-o,--output", arguments.file, "File to write; it is there once it is whole (else standard output)")
        ->type_name("FILE");
}

Result<std::string> path_of(const ExportArguments& arguments) {
    std::string query;
    const auto add = [&query](std::string_view name, std::string_view value) {
        query += fmt::format("{}{}={}", query.empty() ? '?' : '&', name, percent_encoded(value));
    };
    if (!arguments.session.empty()) add("session", arguments.session);
    for (const std::string& trace : arguments.traces) add("trace", trace);
    for (const auto& [name, text] : {std::pair("from", arguments.from), std::pair("to", arguments.to)}) {
        if (text.empty()) continue;
        SPANREEL_TRY(const UnixMillis moment, moment_from(text, now()));
        add(name, to_iso_millis(moment));
    }
    return "/v1/spans" + query;
}

/// The end of the lines that came: the last one tells when spans are missing.
class Ending {
  public:
    void take(std::string_view piece) {
        tail_ += piece.substr(piece.size() - std::min(piece.size(), kMostTail));
        tail_.erase(0, tail_.size() - std::min(tail_.size(), kMostTail));
    }

    /// `corrupt` when the server could not read all that it has.
    Result<void> check() const {
        std::string_view last = tail_;
        if (last.ends_with('\n')) last.remove_suffix(1);
        last.remove_prefix(last.rfind('\n') + 1);
        boost::system::error_code error;
        const boost::json::value line = boost::json::parse(last, error);
        const boost::json::value* count = error ? nullptr : line.find_pointer("/spanreel/incompleteTraces", error);
        if (!count) return {};
        return fail(Code::corrupt,
                    fmt::format("traces with missing spans: {}. Parts of the server's tape are damaged; its log and "
                                "`spanreel check` name them. All other spans are there",
                                boost::json::serialize(*count)));
    }

  private:
    static constexpr std::size_t kMostTail = 256;
    std::string tail_;
};

Result<void> to_file(const Context& context, const std::string& path, const ExportArguments& arguments) {
    SPANREEL_TRY(OutputFile file, OutputFile::create(arguments.file));
    Ending ending;
    std::size_t lines = 0, bytes = 0;
    SPANREEL_CHECK(download(context.connection, path, "trace or session", [&](std::string_view piece) {
        lines += static_cast<std::size_t>(std::ranges::count(piece, '\n'));
        bytes += piece.size();
        ending.take(piece);
        return file.write(piece);
    }));
    SPANREEL_CHECK(file.finish());
    if (arguments.json)
        print(
            boost::json::serialize(boost::json::object{{"file", arguments.file}, {"lines", lines}, {"bytes", bytes}}) +
            "\n");
    else
        remark(fmt::format("{}: {} lines, {}", arguments.file, lines, bytes_text(static_cast<double>(bytes))));
    return ending.check();
}

Result<void> run(const Context& context, const ExportArguments& arguments) {
    SPANREEL_TRY(const std::string path, path_of(arguments));
    const std::string& name = arguments.file;
    if (!name.empty() && name != "-" && !is_standard_output(name)) return to_file(context, path, arguments);
    Ending ending;
    SPANREEL_CHECK(download(context.connection, path, "trace or session", [&](std::string_view piece) -> Result<void> {
        ending.take(piece);
        print(piece);
        return {};
    }));
    return ending.check();
}

}  // namespace

void add_export(CLI::App& app, int& status) { add_verb<ExportArguments>(app, "export", status, declare, run); }

}  // namespace spanreel::client
