// SPDX-License-Identifier: Apache-2.0
#include "media/rtmp/server_session.hpp"

#include <fmt/format.h>

namespace spanreel::media::rtmp {
namespace {

/// User control events (7.1.7).
constexpr std::uint16_t kPingRequest = 6;
constexpr std::uint16_t kPingResponse = 7;

}  // namespace

Result<void> ServerSession::receive(ByteView bytes, std::vector<Event>& events) {
    if (state_ == State::closed) return {};
    statistics_.bytes_in += bytes.size();
    auto result = process(bytes, events);
    if (!result) state_ = State::closed;
    acknowledge();
    return result;
}

Result<void> ServerSession::accept_publish(std::vector<Event>& events) {
    if (state_ != State::deciding) return {};
    state_ = State::publishing;
    media_.emplace(statistics_);
    reader_.allow_media();
    send_status("status", "NetStream.Publish.Start", "Publishing.");
    const std::string held = std::exchange(held_, {});
    auto result = process(as_bytes(held), events);
    if (!result) state_ = State::closed;
    return result;
}

void ServerSession::reject_publish(std::string_view reason) {
    if (state_ == State::deciding) {
        send_status("error", "NetStream.Publish.BadName", reason);
    } else if (state_ == State::publishing) {
        send_status("error", "NetStream.Failed", reason);
    }
    state_ = State::closed;
    held_ = {};
}

Result<void> ServerSession::process(ByteView input, std::vector<Event>& events) {
    SPANREEL_CHECK(handshake_.receive(input, output_));
    while (!input.empty()) {
        if (state_ == State::deciding) {
            if (input.size() > kMaxHeldBytes - held_.size()) {
                return fail(Code::too_large, "RTMP: too many bytes before the answer to publish");
            }
            held_.append(as_text(input));
            return {};
        }
        SPANREEL_TRY(const bool complete, reader_.next(input, message_));
        if (complete) SPANREEL_CHECK(dispatch(message_, events));
    }
    return {};
}

Result<void> ServerSession::dispatch(Message& message, std::vector<Event>& events) {
    ++statistics_.messages;
    switch (message.type) {
        case MessageType::audio:
        case MessageType::video:
        case MessageType::aggregate: return read_media(message, events);
        case MessageType::command_amf0:
        case MessageType::command_amf3: return run_command(message, events);
        default: return read_control(message);
    }
}

Result<void> ServerSession::read_control(const Message& message) {
    ByteReader reader(as_bytes(message.body));
    switch (message.type) {
        case MessageType::set_chunk_size: return reader_.set_chunk_size(reader.u32be());
        case MessageType::abort: reader_.abort(reader.u32be()); break;
        case MessageType::window_acknowledgement_size: window_ = reader.u32be(); break;
        case MessageType::user_control:
            if (reader.u16be() == kPingRequest) {
                std::string body;
                ByteWriter writer(body);
                writer.u16be(kPingResponse);
                writer.u32be(reader.u32be());
                writer_.write(output_, kControlChunkStream, MessageType::user_control, 0, body);
            }
            break;
        // Acknowledgements, bandwidth and shared objects need no answer. What data messages (onMetaData) say of a
        // stream are claims; its configurations are the truth.
        default: break;
    }
    return {};
}

Result<void> ServerSession::read_media(Message& message, std::vector<Event>& events) {
    if (!media_) return {};  // what is still on its way after the end
    auto result = media_->read(message, events);
    if (result) return result;
    return refuse(result.error().code, "NetStream.Failed", std::move(result.error().message));
}

void ServerSession::acknowledge() {
    if (!handshake_.done() || statistics_.bytes_in - acknowledged_ < window_) return;
    acknowledged_ = statistics_.bytes_in;
    writer_.write_control(output_, MessageType::acknowledgement, static_cast<std::uint32_t>(acknowledged_));
}

}  // namespace spanreel::media::rtmp
