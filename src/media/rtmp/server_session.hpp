// SPDX-License-Identifier: Apache-2.0
// The server's side of one RTMP connection (Adobe RTMP 1.0) as a state machine: bytes in, events and bytes out.
// Owned by the connection that reads and writes the socket; one thread or strand at a time; no clock, no I/O.
//
// After each call send take_output(). When receive() or accept_publish() fails the session is over: send the output,
// which holds the reason where the protocol has a place for it, and close. Events that came before the failure count.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "media/rtmp/amf0.hpp"
#include "media/rtmp/chunk_reader.hpp"
#include "media/rtmp/chunk_writer.hpp"
#include "media/rtmp/events.hpp"
#include "media/rtmp/handshake.hpp"
#include "media/rtmp/media_reader.hpp"

namespace spanreel::media::rtmp {

/// Acknowledgement window of both directions, until the client names its own.
inline constexpr std::uint32_t kWindowBytes = 2'500'000;

class ServerSession {
  public:
    ServerSession() = default;
    ServerSession(const ServerSession&) = delete;  // the media reader refers to the statistics
    ServerSession& operator=(const ServerSession&) = delete;

    /// Takes bytes from the socket, split anywhere, and appends events. After PublishRequested the rest is kept, up to
    /// kMaxHeldBytes, until the owner decides; an owner that takes long stops reading from the socket.
    Result<void> receive(ByteView bytes, std::vector<Event>& events);

    /// Answers PublishRequested and goes on with the bytes kept meanwhile. Without a pending request: nothing.
    Result<void> accept_publish(std::vector<Event>& events);

    /// Answers PublishRequested, or stops a publisher, with a reason for the person at the encoder (ffmpeg prints it).
    /// The session is over: send the output and close.
    void reject_publish(std::string_view reason);

    /// Bytes to send since the last call.
    std::string take_output() { return std::exchange(output_, {}); }

    /// True from PublishRequested to accept_publish or reject_publish.
    bool awaits_decision() const { return state_ == State::deciding; }
    bool publishing() const { return state_ == State::publishing; }
    const Statistics& statistics() const { return statistics_; }

  private:
    enum class State { commanding, deciding, publishing, closed };

    Result<void> process(ByteView input, std::vector<Event>& events);
    Result<void> dispatch(Message& message, std::vector<Event>& events);
    Result<void> read_control(const Message& message);
    Result<void> read_media(Message& message, std::vector<Event>& events);
    void acknowledge();

    struct Command {
        std::string name;
        double transaction = 0;
        std::uint32_t stream_id = 0;      ///< of its message
        std::vector<AmfValue> arguments;  ///< the command object first
    };
    static Result<Command> parse_command(const Message& message);
    Result<void> run_command(const Message& message, std::vector<Event>& events);
    void connect(const Command& command);
    Result<void> request_publish(const Command& command, std::vector<Event>& events);
    void end_publish(std::vector<Event>& events);
    void send_result(const Command& command, const AmfValue& properties, const AmfValue& result);
    void send_status(std::string_view level, std::string_view code, std::string_view description);
    /// Tells the client why, and ends the session with that error.
    std::unexpected<Error> refuse(Code code, std::string_view status, std::string reason);

    State state_ = State::commanding;
    Handshake handshake_;
    ChunkReader reader_;
    ChunkWriter writer_;
    Message message_;
    std::string output_;
    std::string held_;  ///< what came while the owner decides
    bool connected_ = false;
    std::string app_;                      ///< as the connect command had it
    std::uint32_t publish_stream_ = 0;     ///< message stream of the publish command
    std::uint64_t acknowledged_ = 0;       ///< bytes_in of the last acknowledgement
    std::uint32_t window_ = kWindowBytes;  ///< bytes after which the client wants an acknowledgement
    Statistics statistics_;
    std::optional<MediaReader> media_;  ///< while publishing
};

}  // namespace spanreel::media::rtmp
