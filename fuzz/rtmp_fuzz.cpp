// SPDX-License-Identifier: Apache-2.0
// A whole RTMP connection from arbitrary bytes. The first byte chooses: bit 0 begin after an accepted publish, bit 1
// reject the publisher, the rest how the bytes are cut into reads. Reading them whole must give the same events, and
// what is passed on as a packet must be one.
#include <cstdlib>

#include "media/codec/avc.hpp"
#include "media/rtmp/server_session.hpp"
#include "media/rtmp/test_publisher.hpp"

namespace {

using namespace spanreel;
using namespace spanreel::media;
using namespace spanreel::media::rtmp;

void require(bool holds) {
    if (!holds) std::abort();
}

class Owner {
  public:
    Owner(bool opened, bool rejects) : rejects_(rejects) {
        if (opened) require(feed(as_bytes(test::opening())));
    }
    bool feed(ByteView bytes) {
        std::vector<Event> events;
        bool going_on = session_.receive(bytes, events).has_value();
        while (going_on && session_.awaits_decision()) {
            if (rejects_) {
                session_.reject_publish("no");
            } else {
                going_on = session_.accept_publish(events).has_value();
            }
        }
        for (const Event& event : events) std::visit([this](const auto& what) { see(what); }, event);
        require(session_.take_output().size() < 100 * (bytes.size() + 100));
        return going_on;
    }
    const std::string& log() const { return log_; }

  private:
    void see(const PublishRequested& request) {
        require(!request.stream_key.empty());
        log_ += "publish " + request.app + " " + request.stream_key + " " + request.query + "\n";
    }
    void see(const TrackConfigured& track) {
        configured_[track.config.kind == TrackKind::audio ? 1 : 0] = true;
        require(track.config.timescale > 0 && !track.config.codec_string.empty());
        log_ += "track " + track.config.codec_string + track.config.configuration + "\n";
    }
    void see(const MediaPacket& media) {
        const Packet& packet = media.packet;
        require(configured_[packet.kind == TrackKind::audio ? 1 : 0]);
        require(!packet.payload.empty());
        if (packet.kind == TrackKind::video) {
            std::string payload = packet.payload;
            require(to_four_byte_lengths(payload, 4).has_value() && payload == packet.payload);
        }
        log_ += std::to_string(packet.dts) + " " + std::to_string(packet.pts) + packet.payload + "\n";
    }
    void see(const PublishEnded&) {
        configured_[0] = configured_[1] = false;
        log_ += "end\n";
    }

    ServerSession session_;
    bool rejects_;
    bool configured_[2] = {};
    std::string log_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::uint8_t choice = data[0];
    const ByteView bytes(data + 1, size - 1);
    Owner whole((choice & 1) != 0, (choice & 2) != 0);
    whole.feed(bytes);

    Owner cut((choice & 1) != 0, (choice & 2) != 0);
    std::uint32_t random = choice >> 2;
    const std::uint32_t largest = 1U << (choice >> 5) << 2;
    for (std::size_t at = 0; at < bytes.size();) {
        random = random * 1664525 + 1013904223;
        const std::size_t count = std::min<std::size_t>(bytes.size() - at, 1 + (random >> 16) % largest);
        if (!cut.feed(bytes.subspan(at, count))) break;
        at += count;
    }
    require(cut.log() == whole.log());
    return 0;
}
