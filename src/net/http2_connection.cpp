// SPDX-License-Identifier: Apache-2.0
#include "net/http2_connection.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <unordered_map>

#include "net/http1_head.hpp"
#include "net/request_target.hpp"

namespace spanreel::net {

namespace {

/// What a header field counts for beside its texts (RFC 9113 section 6.5.2).
constexpr std::size_t kFieldOverhead = 32;
/// Of a streamed body, held at a time.
constexpr std::size_t kPiece = 128 << 10;

using StreamId = Http2Connection::StreamId;
using Clock = Http2Connection::Clock;

struct Stream {
    Request request;
    std::string authority;
    std::size_t head_bytes = 0;
    std::optional<Error> failure;
    bool has_head = false;
    bool has_end = false;  ///< the client has sent all

    bool answered = false;
    Body body;
    Headers trailers;
    std::uint64_t sent = 0;  ///< of the body
    std::string piece;       ///< of a streamed body, from `sent` on
    std::size_t piece_at = 0;
    bool asked = false;  ///< for the next piece
    bool ended = false;  ///< no piece follows
    Clock::time_point progress{};
};

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

/// Names in lower case and no control characters: a field that breaks HTTP/2 would end the connection.
std::string clean(std::string_view text, bool name) {
    std::string out(text);
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
        if (name && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

/// Header fields as nghttp2 takes them, which copies them.
class FieldList {
  public:
    void add(std::string_view name, std::string_view value) {
        texts_.emplace_back(clean(name, true), clean(value, false));
    }
    void add(const Headers& headers) {
        for (const auto& [name, value] : headers) add(name, value);
    }
    std::vector<nghttp2_nv> fields() {
        std::vector<nghttp2_nv> out;
        for (auto& [name, value] : texts_)
            out.push_back({bytes_of(name), bytes_of(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
        return out;
    }

  private:
    static std::uint8_t* bytes_of(std::string& text) { return reinterpret_cast<std::uint8_t*>(text.data()); }
    std::vector<std::pair<std::string, std::string>> texts_;
};

std::optional<std::uint64_t> content_length(const Headers& headers) {
    const auto text = headers.get("content-length");
    std::uint64_t length = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), length).ec != std::errc()) return {};
    return length;
}

}  // namespace

class Http2Connection::Impl {
  public:
    Impl(std::size_t max_head_bytes, Events events) : max_head_bytes_(max_head_bytes), events_(std::move(events)) {
        nghttp2_session_callbacks* callbacks = nullptr;
        check(nghttp2_session_callbacks_new(&callbacks));
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame_received);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_sent);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_closed);
        const int made = nghttp2_session_server_new(&session_, callbacks, this);
        nghttp2_session_callbacks_del(callbacks);
        check(made);
        const nghttp2_settings_entry settings[] = {
            {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMaxStreams},
            {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
            {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(max_head_bytes)},
        };
        check(nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings)));
        check(nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow));
    }
    ~Impl() { nghttp2_session_del(session_); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Result<void> receive(ByteView bytes) {
        const auto used = nghttp2_session_mem_recv(session_, bytes.data(), bytes.size());
        if (used >= 0) return {};
        const bool other = used == NGHTTP2_ERR_BAD_CLIENT_MAGIC;
        return fail(other ? Code::unsupported : Code::invalid, nghttp2_strerror(static_cast<int>(used)));
    }

    void take_output(std::string& to, std::size_t max) {
        while (to.size() < max) {
            const std::uint8_t* bytes = nullptr;
            const auto count = nghttp2_session_mem_send(session_, &bytes);
            if (count <= 0) return;
            to.append(text_of(bytes, static_cast<std::size_t>(count)));
        }
    }

    bool is_done() const { return !nghttp2_session_want_read(session_) && !nghttp2_session_want_write(session_); }

    void respond(StreamId id, Response response, bool head_only) {
        Stream* stream = find(id);
        if (!stream || stream->answered) return;
        stream->answered = true;
        stream->progress = Clock::now();
        FieldList list;
        list.add(":status", std::to_string(response.status));
        list.add(response.headers);
        list.add("date", current_http_date(now()));
        const std::optional<std::uint64_t> length = response.body_length();
        const bool has_status_only = response.status == 204 || response.status == 304;
        const bool whole = head_only || has_status_only || (length == 0 && response.trailers.size() == 0);
        if (length && !has_status_only && response.trailers.size() == 0)
            list.add("content-length", std::to_string(*length));
        stream->body = std::move(response.body);
        stream->trailers = std::move(response.trailers);
        const auto fields = list.fields();
        nghttp2_data_provider body{.source = {}, .read_callback = read_body};
        check(nghttp2_submit_response(session_, id, fields.data(), fields.size(), whole ? nullptr : &body));
    }

    void give(StreamId id, Result<std::optional<std::string>> piece) {
        Stream* stream = find(id);
        if (!stream) return;
        if (!piece) return reset(id, NGHTTP2_INTERNAL_ERROR);
        stream->asked = false;
        stream->progress = Clock::now();
        stream->ended = !*piece;
        stream->piece = std::move(*piece).value_or("");
        stream->piece_at = 0;
        nghttp2_session_resume_data(session_, id);
    }

    void reset(StreamId id, std::uint32_t reason) {
        check(nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, reason));
    }

    std::vector<StreamId> stalled_since(Clock::time_point when) const {
        std::vector<StreamId> stalled;
        for (const auto& [id, stream] : streams_)
            if (stream.answered && !stream.asked && stream.progress < when) stalled.push_back(id);
        return stalled;
    }

    void finish() {
        check(nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(session_),
                                    NGHTTP2_NO_ERROR, nullptr, 0));
    }

  private:
    static Impl& self(void* user_data) { return *static_cast<Impl*>(user_data); }
    /// Only want of memory makes these calls fail.
    static void check(int outcome) {
        if (outcome == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
    }

    Stream* find(StreamId id) {
        const auto found = streams_.find(id);
        return found == streams_.end() ? nullptr : &found->second;
    }

    static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
        if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
            self(user_data).streams_.try_emplace(frame->hd.stream_id);
        return 0;
    }

    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                         const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user_data) {
        // Trailer fields say nothing that any handler asks for.
        Stream* stream = self(user_data).find(frame->hd.stream_id);
        if (stream && !stream->has_head)
            self(user_data).take_field(*stream, text_of(name, name_size), text_of(value, value_size));
        return 0;
    }

    void take_field(Stream& stream, std::string_view name, std::string_view value) {
        stream.head_bytes += name.size() + value.size() + kFieldOverhead;
        if (stream.failure) return;
        if (stream.head_bytes > max_head_bytes_) {
            stream.failure =
                Error{Code::too_large, fmt::format("The request head is longer than {} bytes", max_head_bytes_)};
            stream.request = {};
        } else if (name == ":method") {
            if (const auto method = method_from(value))
                stream.request.method = *method;
            else
                stream.failure = Error{Code::unsupported, "This method is not implemented"};
        } else if (name == ":path") {
            if (auto target = parse_target(value)) {
                stream.request.target = std::move(target->origin);
                stream.request.path = std::move(target->path);
                stream.request.query = Query::parse(target->query);
            } else {
                stream.failure = std::move(target).error();
            }
        } else if (name == ":authority") {
            stream.authority = value;
        } else if (!name.starts_with(':')) {
            stream.request.headers.add(std::string(name), std::string(value));
        }
    }

    static int on_frame_received(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
        if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
        const StreamId id = frame->hd.stream_id;
        Stream* stream = self(user_data).find(id);
        if (!stream) return 0;
        const bool end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        stream->has_end |= end;
        const Events& events = self(user_data).events_;
        if (!std::exchange(stream->has_head, true))
            events.on_head(id, self(user_data).head_of(*stream, !end));
        else if (end && !stream->answered)
            events.on_end(id);
        return 0;
    }

    Result<Head> head_of(Stream& stream, bool has_body) {
        if (stream.failure) return std::unexpected(*std::move(stream.failure));
        Head head{.request = std::move(stream.request), .has_body = has_body, .content_length = {}};
        head.content_length = content_length(head.request.headers);
        if (!stream.authority.empty()) head.request.headers.set("Host", std::move(stream.authority));
        head.request.http2 = true;
        return head;
    }

    static int on_data(nghttp2_session*, std::uint8_t, StreamId id, const std::uint8_t* bytes, std::size_t size,
                       void* user_data) {
        const Stream* stream = self(user_data).find(id);
        if (stream && !stream->answered) self(user_data).events_.on_body(id, ByteView(bytes, size));
        return 0;
    }

    /// Who was answered need not send the rest (RFC 9113 section 8.1).
    static int on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
        const bool end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        if (!end || (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)) return 0;
        const Stream* stream = self(user_data).find(frame->hd.stream_id);
        if (stream && !stream->has_end) self(user_data).reset(frame->hd.stream_id, NGHTTP2_NO_ERROR);
        return 0;
    }

    static int on_stream_closed(nghttp2_session*, StreamId id, std::uint32_t, void* user_data) {
        const auto stream = self(user_data).streams_.extract(id);
        if (!stream.empty() && stream.mapped().has_head) self(user_data).events_.on_close(id);
        return 0;
    }

    static ssize_t read_body(nghttp2_session*, StreamId id, std::uint8_t* to, std::size_t size, std::uint32_t* flags,
                             nghttp2_data_source*, void* user_data) {
        Stream* stream = self(user_data).find(id);
        return stream ? self(user_data).read_body(id, *stream, to, size, *flags)
                      : static_cast<ssize_t>(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE);
    }

    ssize_t read_body(StreamId id, Stream& stream, std::uint8_t* to, std::size_t size, std::uint32_t& flags) {
        const auto* streamed = std::get_if<StreamedBody>(&stream.body);
        const std::string& source = streamed ? stream.piece : std::get<std::string>(stream.body);
        const std::size_t count = std::min(size, source.size() - stream.piece_at);
        std::memcpy(to, source.data() + stream.piece_at, count);
        stream.piece_at += count;
        stream.sent += count;
        stream.progress = Clock::now();
        const bool left = stream.piece_at < source.size();
        if (!left && (!streamed || stream.ended || streamed->length == stream.sent)) {
            end_body(id, stream, flags);
        } else if (count == 0) {
            if (!std::exchange(stream.asked, true))
                events_.on_read(id, stream.sent,
                                std::min<std::uint64_t>(kPiece, streamed->length.value_or(UINT64_MAX) - stream.sent));
            return NGHTTP2_ERR_DEFERRED;
        }
        return static_cast<ssize_t>(count);
    }

    void end_body(StreamId id, Stream& stream, std::uint32_t& flags) {
        flags |= NGHTTP2_DATA_FLAG_EOF;
        if (stream.trailers.size() == 0) return;
        flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
        FieldList list;
        list.add(stream.trailers);
        const auto fields = list.fields();
        check(nghttp2_submit_trailer(session_, id, fields.data(), fields.size()));
    }

    std::size_t max_head_bytes_;
    Events events_;
    nghttp2_session* session_ = nullptr;
    std::unordered_map<StreamId, Stream> streams_;
};

Http2Connection::Http2Connection(std::size_t max_head_bytes, Events events)
    : impl_(std::make_unique<Impl>(max_head_bytes, std::move(events))) {}
Http2Connection::~Http2Connection() = default;

Result<void> Http2Connection::receive(ByteView bytes) { return impl_->receive(bytes); }
void Http2Connection::take_output(std::string& to, std::size_t max) { impl_->take_output(to, max); }
bool Http2Connection::is_done() const { return impl_->is_done(); }
void Http2Connection::respond(StreamId stream, Response response, bool head_only) {
    impl_->respond(stream, std::move(response), head_only);
}
void Http2Connection::give(StreamId stream, Result<std::optional<std::string>> piece) {
    impl_->give(stream, std::move(piece));
}
void Http2Connection::refuse(StreamId stream) { impl_->reset(stream, NGHTTP2_REFUSED_STREAM); }
std::vector<StreamId> Http2Connection::stalled_since(Clock::time_point when) const {
    return impl_->stalled_since(when);
}
void Http2Connection::cancel(StreamId stream) { impl_->reset(stream, NGHTTP2_CANCEL); }
void Http2Connection::finish() { impl_->finish(); }

}  // namespace spanreel::net
