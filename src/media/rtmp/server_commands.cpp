// SPDX-License-Identifier: Apache-2.0
// The commands of a session (Adobe RTMP 1.0, section 7.2, and what encoders send beyond it).
#include <fmt/format.h>

#include <algorithm>

#include "media/rtmp/limits.hpp"
#include "media/rtmp/server_session.hpp"

namespace spanreel::media::rtmp {
namespace {

/// The only message stream createStream gives: a connection publishes one stream at a time.
constexpr double kMessageStream = 1;
/// ffmpeg takes the size for its own chunks too: with large ones a frame is mostly one chunk.
constexpr std::uint32_t kOwnChunkSize = 64 * 1024;
/// Set Peer Bandwidth, limit type "dynamic" (5.4.5).
constexpr std::uint8_t kDynamicLimit = 2;
/// User control event "stream begin" (7.1.7).
constexpr std::uint16_t kStreamBegin = 0;

AmfValue text(std::string_view value) { return {std::string(value)}; }

std::string text_argument(const std::vector<AmfValue>& arguments, std::size_t index) {
    const auto* found = index < arguments.size() ? arguments[index].as<std::string>() : nullptr;
    return found == nullptr ? std::string() : *found;
}

std::string_view trim_slashes(std::string_view path) {
    while (path.starts_with('/')) path.remove_prefix(1);
    while (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

/// Joins app and name, since encoders cut the URL at different slashes, and takes the last part as the key.
PublishRequested split_path(std::string_view app, std::string_view name) {
    PublishRequested out;
    for (std::string_view* part : {&app, &name}) {
        if (const auto mark = part->find('?'); mark != std::string_view::npos) {
            out.query = part->substr(mark + 1);
            *part = part->substr(0, mark);
        }
        *part = trim_slashes(*part);
    }
    const std::string path = fmt::format("{}/{}", app, name);
    const std::string_view whole = trim_slashes(path);
    const auto slash = whole.rfind('/');
    if (slash == std::string_view::npos) {
        // One part: the key when it was given as the name, else only the app.
        (name.empty() ? out.app : out.stream_key) = whole;
    } else {
        out.app = trim_slashes(whole.substr(0, slash));
        out.stream_key = whole.substr(slash + 1);
    }
    return out;
}

}  // namespace

Result<ServerSession::Command> ServerSession::parse_command(const Message& message) {
    ByteView body = as_bytes(message.body);
    if (body.size() > kMaxCommandBytes) {
        return fail(Code::too_large, fmt::format("RTMP: command of {} bytes", body.size()));
    }
    // The AMF3 form begins with a format byte and goes on in AMF0.
    if (message.type == MessageType::command_amf3 && !body.empty()) body = body.subspan(1);
    SPANREEL_TRY(std::vector<AmfValue> values, read_amf0(body));
    Command command{.name = text_argument(values, 0), .stream_id = message.stream_id};
    if (command.name.empty()) return fail(Code::invalid, "RTMP: command without a name");
    if (values.size() > 1) {
        if (const double* number = values[1].as<double>()) command.transaction = *number;
        command.arguments.assign(std::move_iterator(values.begin() + 2), std::move_iterator(values.end()));
    }
    return command;
}

Result<void> ServerSession::run_command(const Message& message, std::vector<Event>& events) {
    SPANREEL_TRY(const Command command, parse_command(message));
    const std::string& name = command.name;
    if (name == "connect") {
        connect(command);
    } else if (!connected_) {
        return fail(Code::invalid, "RTMP: command before connect");
    } else if (name == "createStream") {
        send_result(command, {AmfNull{}}, {kMessageStream});
    } else if (name == "publish") {
        return request_publish(command, events);
    } else if (name == "play" || name == "play2") {
        publish_stream_ = command.stream_id;
        return refuse(Code::unsupported, "NetStream.Play.Failed",
                      "RTMP is for publishing: play from /hls/<playbackId>/index.m3u8 instead");
    } else if (name == "FCUnpublish") {
        end_publish(events);
        send_result(command, {AmfNull{}}, {AmfUndefined{}});
    } else if (name == "deleteStream" || name == "closeStream") {
        end_publish(events);
    } else if (name == "getStreamLength") {
        send_result(command, {AmfNull{}}, {0.0});
    } else if (name == "releaseStream" || name == "FCPublish" || name == "_checkbw") {
        send_result(command, {AmfNull{}}, {AmfUndefined{}});
    }
    return {};  // what else encoders send needs no answer
}

void ServerSession::connect(const Command& command) {
    connected_ = true;
    if (!command.arguments.empty()) {
        const AmfValue* app = command.arguments[0].member("app");
        if (app != nullptr && app->as<std::string>() != nullptr) app_ = *app->as<std::string>();
    }
    writer_.write_control(output_, MessageType::window_acknowledgement_size, kWindowBytes);
    std::string bandwidth;
    ByteWriter(bandwidth).u32be(kWindowBytes);
    ByteWriter(bandwidth).u8(kDynamicLimit);
    writer_.write(output_, kControlChunkStream, MessageType::set_peer_bandwidth, 0, bandwidth);
    writer_.write_chunk_size(output_, kOwnChunkSize);  // before the result: ffmpeg does not look for it later
    send_result(command, {AmfObject{{"fmsVer", text("FMS/3,0,1,123")}, {"capabilities", {31.0}}}},
                {AmfObject{{"level", text("status")},
                           {"code", text("NetConnection.Connect.Success")},
                           {"description", text("Connected.")},
                           {"objectEncoding", {0.0}}}});
}

Result<void> ServerSession::request_publish(const Command& command, std::vector<Event>& events) {
    publish_stream_ = command.stream_id;
    if (state_ == State::publishing) {
        return refuse(Code::conflict, "NetStream.Publish.BadName", "this connection publishes already");
    }
    PublishRequested request = split_path(app_, text_argument(command.arguments, 1));
    if (request.stream_key.empty()) {
        return refuse(Code::invalid, "NetStream.Publish.BadName",
                      "no stream key: publish to rtmp://<host>/live/<stream key>");
    }
    if (request.stream_key.size() + request.query.size() > kMaxStreamKeyBytes) {
        return refuse(Code::too_large, "NetStream.Publish.BadName",
                      fmt::format("stream key longer than {} bytes", kMaxStreamKeyBytes));
    }
    state_ = State::deciding;
    events.emplace_back(std::move(request));
    return {};
}

void ServerSession::end_publish(std::vector<Event>& events) {
    if (state_ != State::publishing) return;
    state_ = State::commanding;
    media_.reset();
    events.emplace_back(PublishEnded{});
}

void ServerSession::send_result(const Command& command, const AmfValue& properties, const AmfValue& result) {
    std::string body;
    write_amf0(text("_result"), body);
    write_amf0({command.transaction}, body);
    write_amf0(properties, body);
    write_amf0(result, body);
    writer_.write(output_, kCommandChunkStream, MessageType::command_amf0, 0, body);
}

void ServerSession::send_status(std::string_view level, std::string_view code, std::string_view description) {
    if (level == "status") {
        std::string begin;
        ByteWriter(begin).u16be(kStreamBegin);
        ByteWriter(begin).u32be(publish_stream_);
        writer_.write(output_, kControlChunkStream, MessageType::user_control, 0, begin);
    }
    std::string body;
    write_amf0(text("onStatus"), body);
    write_amf0({0.0}, body);
    write_amf0({AmfNull{}}, body);
    write_amf0({AmfObject{{"level", text(level)}, {"code", text(code)}, {"description", text(description)}}}, body);
    writer_.write(output_, kStatusChunkStream, MessageType::command_amf0, publish_stream_, body);
}

std::unexpected<Error> ServerSession::refuse(Code code, std::string_view status, std::string reason) {
    send_status("error", status, reason);
    state_ = State::closed;
    return fail(code, std::move(reason));
}

}  // namespace spanreel::media::rtmp
