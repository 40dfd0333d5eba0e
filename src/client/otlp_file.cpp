// SPDX-License-Identifier: Apache-2.0
#include "client/otlp_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace spanreel::client {

namespace {

constexpr std::size_t kBlock = 256 * 1024;
constexpr int kEnd = -1;

struct CloseFile {
    void operator()(gzFile_s* file) const { gzclose(file); }
};

/// Ends the reading of a request; caught where the request begins.
struct Malformed {
    Error error;
};

/// What begins a request on a line of its own, and nothing else at the beginning of a line.
constexpr std::array<std::string_view, 2> kBeginnings{R"({"resourceSpans")", R"({"resource_spans")"};

/// Case and underscores do not count, as in all OTLP JSON that is read here.
bool is_named(std::string_view key, std::string_view lower) {
    std::size_t at = 0;
    for (const char c : key) {
        if (c == '_') continue;
        const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        if (at == lower.size() || lower[at] != small) return false;
        ++at;
    }
    return at == lower.size();
}

}  // namespace

class OtlpFile::Reader {
  public:
    Reader(gzFile file, std::string name, std::size_t most)
        : file_(file), name_(std::move(name)), most_(most), block_(kBlock, '\0') {}

    bool next(const Sink& sink) {
        sink_ = &sink;
        in_request_ = false;
        skip_blank();
        if (peek() == kEnd) return false;
        const std::size_t begin = line_;
        in_request_ = true;
        members([this](std::string_view key) { request_member(key); });
        in_request_ = false;
        if (begin == line_) {
            while (peek() == ' ' || peek() == '\t' || peek() == '\r') take();
            one_a_line_ = one_a_line_ || peek() == '\n';
        }
        return true;
    }

    void skip_line() {
        in_request_ = false;
        while (peek() != kEnd && take() != '\n') {
        }
    }

    std::size_t line() const { return line_; }
    std::size_t bytes_read() const { return static_cast<std::size_t>(std::max<z_off_t>(gzoffset(file_.get()), 0)); }

    [[noreturn]] void fail_here(std::string_view why) const {
        throw Malformed{{Code::invalid, fmt::format("{}, line {}: {}", name_, line_, why)}};
    }

  private:
    struct Span {
        std::string json;
        std::size_t line;
    };
    struct Scope {
        std::string members;
        std::vector<Span> spans;
        bool given_away = false;  ///< some of its spans
    };
    /// What is known of the resource that is being read.
    struct Resource {
        std::string members;
        std::vector<Scope> scopes;
        std::size_t bytes = 0;  ///< of all that the scopes hold
        bool given_away = false;
    };

    // Bytes.

    int peek() {
        if (at_ == size_) fill();
        return at_ == size_ ? kEnd : static_cast<unsigned char>(block_[at_]);
    }
    int take() {
        const int c = peek();
        if (c == kEnd) fail_here("the file ends within a request");
        if (c == '\n' && in_request_ && (one_a_line_ || is_request_behind()))
            fail_here("the line ends within its request");
        ++at_;
        if (c == '\n') ++line_;
        return c;
    }
    /// Puts more of the file behind what is not taken yet.
    void fill() {
        size_ -= at_;
        std::memmove(block_.data(), block_.data() + std::exchange(at_, 0), size_);
        const int count = gzread(file_.get(), block_.data() + size_, static_cast<unsigned>(block_.size() - size_));
        int code = Z_OK;
        gzerror(file_.get(), &code);
        if (count < 0 || (count == 0 && code != Z_OK)) throw Malformed{unreadable(code)};
        size_ += static_cast<std::size_t>(count);
    }
    /// Whether the line behind the end of this one begins a request: then this one's has broken off.
    bool is_request_behind() {
        const auto begins = [this](std::string_view beginning) {
            if (size_ - at_ <= beginning.size()) fill();
            return std::string_view(block_).substr(0, size_).substr(at_ + 1).starts_with(beginning);
        };
        return std::ranges::any_of(kBeginnings, begins);
    }
    Error unreadable(int code) const {
        if (code == Z_ERRNO) return fail_errno(errno, name_).error();
        if (code == Z_BUF_ERROR) return {Code::corrupt, name_ + " ends before its gzip data does"};
        return {Code::corrupt, name_ + " has damaged gzip data"};
    }
    void skip_blank() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n') take();
    }

    // JSON.

    void expect(char wanted) {
        skip_blank();
        if (peek() != wanted && peek() != kEnd)
            fail_here(fmt::format("'{}' is expected: this is no OTLP JSON", wanted));
        take();
    }
    /// Whether another element follows; takes what is between, and the end.
    bool more(char end, bool& first) {
        skip_blank();
        if (peek() == end) {
            take();
            return false;
        }
        if (!first) expect(',');
        first = false;
        skip_blank();
        return true;
    }
    template <class Member>
    void members(Member member) {
        expect('{');
        for (bool first = true; more('}', first);) {
            std::string key = value();
            if (key.size() < 2 || key.front() != '"') fail_here("a name is expected: this is no OTLP JSON");
            expect(':');
            skip_blank();
            member(std::string_view(key).substr(1, key.size() - 2));
        }
    }
    /// Of the elements of an array; null is an empty one.
    template <class Element>
    void elements(Element element) {
        if (peek() != '[') {
            if (value() != "null") fail_here("an array is expected");
            return;
        }
        take();
        for (bool first = true; more(']', first);) element();
    }
    /// The text of any value.
    std::string value() {
        std::string text;
        skip_blank();
        const int first = peek();
        if (first == '"') {
            string(text);
        } else if (first == '{' || first == '[') {
            nested(text);
        } else {
            while (peek() != kEnd &&
                   std::string_view(",:]} \t\r\n").find(static_cast<char>(peek())) == std::string_view::npos)
                add(text);
            if (text.empty()) fail_here("a value is expected: this is no OTLP JSON");
        }
        return text;
    }
    void nested(std::string& text) {
        std::size_t depth = 0;
        do {
            const int c = peek();
            if (c == '"') {
                string(text);
                continue;
            }
            if (c == '{' || c == '[') ++depth;
            if (c == '}' || c == ']') --depth;
            add(text);
        } while (depth > 0);
    }
    void string(std::string& text) {
        add(text);
        for (bool escaped = false;;) {
            if (peek() == '\n') fail_here("the line ends within a text of its request");
            const int c = add(text);
            if (c == '"' && !escaped) return;
            escaped = c == '\\' && !escaped;
        }
    }
    int add(std::string& text) {
        if (text.size() == most_) fail_here(fmt::format("a value is larger than {} bytes", most_));
        const int c = take();
        text += static_cast<char>(c);
        return c;
    }

    // Requests.

    void request_member(std::string_view key) {
        if (is_named(key, "resourcespans"))
            elements([this] { read_resource(); });
        else
            value();
    }

    void read_resource() {
        Resource resource;
        members([&](std::string_view key) {
            if (is_named(key, "scopespans"))
                elements([&] { read_scope(resource); });
            else if (is_named(key, "resource"))
                keep("resource", resource.members, resource.given_away);
            else if (is_named(key, "schemaurl"))
                keep("schemaUrl", resource.members, resource.given_away);
            else
                value();
        });
        give(resource);
    }

    /// The scope that is read is always the last.
    void read_scope(Resource& resource) {
        resource.scopes.emplace_back();
        hold(resource, sizeof(Scope));
        members([&](std::string_view key) {
            if (is_named(key, "spans"))
                elements([&] { read_span(resource); });
            else if (is_named(key, "scope"))
                hold(resource, keep("scope", resource.scopes.back().members, resource.scopes.back().given_away));
            else if (is_named(key, "schemaurl"))
                hold(resource, keep("schemaUrl", resource.scopes.back().members, resource.scopes.back().given_away));
            else
                value();
        });
    }

    void read_span(Resource& resource) {
        const std::size_t line = line_;
        std::string json = value();
        const std::size_t bytes = sizeof(Span) + json.size();
        resource.scopes.back().spans.push_back({std::move(json), line});
        hold(resource, bytes);
    }

    /// Gives how much is held more.
    std::size_t keep(std::string_view name, std::string& where, bool given_away) {
        if (given_away)
            fail_here(fmt::format("\"{}\" comes behind more than {} bytes of spans it belongs to: put it before them",
                                  name, most_));
        const std::size_t before = where.size();
        const std::string text = value();
        if (before + text.size() > kMostSourceBytes)
            fail_here(fmt::format("what a resource or scope says of itself is larger than {} bytes", kMostSourceBytes));
        if (!where.empty()) where += ',';
        where += fmt::format("\"{}\":{}", name, text);
        return where.size() - before;
    }

    /// What is too much to hold goes before its end is seen, and the last scope goes on.
    void hold(Resource& resource, std::size_t bytes) {
        resource.bytes += bytes;
        if (resource.bytes <= most_) return;
        Scope last{.members = resource.scopes.back().members, .spans = {}, .given_away = true};
        if (resource.scopes.back().spans.empty()) last.given_away = resource.scopes.back().given_away;
        give(resource);
        resource.scopes.clear();
        resource.scopes.push_back(std::move(last));
        resource.bytes = 0;
    }

    void give(Resource& resource) {
        const auto members = std::make_shared<const std::string>(resource.members);
        for (Scope& scope : resource.scopes) {
            const auto source = std::make_shared<const SpanSource>(SpanSource{members, scope.members});
            resource.given_away = resource.given_away || !scope.spans.empty();
            for (auto& [json, line] : scope.spans)
                if (Result<void> taken = (*sink_)({source, std::move(json), line}); !taken)
                    throw Malformed{std::move(taken).error()};
        }
    }

    std::unique_ptr<gzFile_s, CloseFile> file_;
    std::string name_;
    std::size_t most_;
    std::string block_;
    std::size_t at_ = 0;
    std::size_t size_ = 0;
    std::size_t line_ = 1;
    bool one_a_line_ = false;  ///< a whole request stood on a line of its own
    bool in_request_ = false;
    const Sink* sink_ = nullptr;
};

Result<OtlpFile> OtlpFile::open(const std::string& name, std::size_t most_held_bytes) {
    const int descriptor = name == "-" ? ::dup(STDIN_FILENO) : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return fail_errno(errno, name);
    gzFile file = gzdopen(descriptor, "rb");
    if (!file) {
        ::close(descriptor);
        return fail(Code::internal, "zlib has no memory");
    }
    return OtlpFile(std::make_shared<Reader>(file, name == "-" ? "standard input" : name, most_held_bytes));
}

Result<bool> OtlpFile::next(const Sink& sink) {
    try {
        return reader_->next(sink);
    } catch (Malformed& malformed) {
        return std::unexpected(std::move(malformed.error));
    }
}

void OtlpFile::skip_line() {
    try {
        reader_->skip_line();
    } catch (const Malformed&) {
        return;  // what cannot be read at all is found again by next()
    }
}

std::size_t OtlpFile::line() const { return reader_->line(); }
std::size_t OtlpFile::bytes_read() const { return reader_->bytes_read(); }

}  // namespace spanreel::client
