// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "client/amounts.hpp"
#include "client/command.hpp"
#include "client/download.hpp"
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

/// A file under another name until it is whole.
class PartialFile {
  public:
    explicit PartialFile(std::string name) : name_(std::move(name)), partial_(name_ + ".part") {}
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;
    ~PartialFile() {
        if (!file_) return;
        std::fclose(file_);
        ::unlink(partial_.c_str());
    }

    Result<void> write(std::string_view piece) {
        if (!file_) file_ = std::fopen(partial_.c_str(), "we");
        if (!file_) return fail_errno(errno, partial_);
        if (std::fwrite(piece.data(), 1, piece.size(), file_) != piece.size()) return fail_errno(errno, partial_);
        return {};
    }

    Result<void> finish() {
        SPANREEL_CHECK(write({}));
        if (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0) return fail_errno(errno, partial_);
        if (std::rename(partial_.c_str(), name_.c_str()) != 0) return fail_errno(errno, name_);
        std::fclose(file_);
        file_ = nullptr;
        return {};
    }

  private:
    std::string name_;
    std::string partial_;
    std::FILE* file_ = nullptr;
};

Result<void> to_file(const Context& context, const std::string& path, const ExportArguments& arguments) {
    PartialFile file(arguments.file);
    std::size_t lines = 0, bytes = 0;
    SPANREEL_CHECK(download(context.connection, path, "trace or session", [&](std::string_view piece) {
        lines += static_cast<std::size_t>(std::ranges::count(piece, '\n'));
        bytes += piece.size();
        return file.write(piece);
    }));
    SPANREEL_CHECK(file.finish());
    if (arguments.json)
        print(
            boost::json::serialize(boost::json::object{{"file", arguments.file}, {"lines", lines}, {"bytes", bytes}}) +
            "\n");
    else
        remark(fmt::format("{}: {} lines, {}", arguments.file, lines, bytes_text(static_cast<double>(bytes))));
    return {};
}

Result<void> run(const Context& context, const ExportArguments& arguments) {
    SPANREEL_TRY(const std::string path, path_of(arguments));
    if (!arguments.file.empty() && arguments.file != "-") return to_file(context, path, arguments);
    return download(context.connection, path, "trace or session", [](std::string_view piece) -> Result<void> {
        print(piece);
        return {};
    });
}

}  // namespace

void add_export(CLI::App& app, int& status) { add_verb<ExportArguments>(app, "export", status, declare, run); }

}  // namespace spanreel::client
