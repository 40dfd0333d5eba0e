// SPDX-License-Identifier: Apache-2.0
// Images of what is recorded: the picture of a moment, and a sheet of small ones over all of an asset. A worker process
// decodes them, as many at a time as the pool has threads; so many requests more wait, and what is beyond is refused.
// Owned by the wiring; any thread.
#pragma once
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "live/moment.hpp"
#include "live/picture_worker.hpp"
#include "live/playback.hpp"
#include "live/recordings.hpp"
#include "live/shared_cache.hpp"
#include "media/picture/sprite.hpp"

namespace spanreel::live {

struct PictureRequest {
    media::picture::ImageFormat format = media::picture::ImageFormat::jpeg;
    Moment moment;
    std::optional<std::uint32_t> width;  ///< pixels; never wider than the video
};

class Pictures {
  public:
    using Image = std::shared_ptr<const std::string>;
    /// Called once: on a thread of the pool, or at once when it is refused.
    using Answer = std::function<void(Result<Image>)>;

    /// Requests that wait for a worker.
    static constexpr std::size_t kMaxWaiting = 32;
    /// Pixels.
    static constexpr std::uint32_t kMinWidth = 16;

    /// All of them outlive it.
    Pictures(store::MediaStore& media, Recordings& recordings, Playback& playback, boost::asio::thread_pool& pool,
             Path worker);

    /// Of the running session of a stream, or of an asset; else of one session of a stream.
    void picture(std::string playback_id, PictureRequest request, Answer answer);
    void session_picture(std::string playback_id, std::string session_id, PictureRequest request, Answer answer);

    /// Of an asset that is complete: the sheet as JPEG, and the WebVTT track that calls it `image`.
    void sprite(std::string playback_id, Answer answer);
    void sprite_track(std::string playback_id, std::string image, Answer answer);

    /// What is being made is given up; what waits is refused.
    void stop() { stop_.request_stop(); }

  private:
    struct Sprite {
        Footage footage;
        media::picture::SpritePlan plan;
    };

    static constexpr std::size_t kKeptImageBytes = 16 << 20;

    void post(Answer answer, std::function<Result<Image>()> work);
    Result<Image> make_picture(const Footage& footage, const PictureRequest& request);
    Result<std::string> draw_picture(const Footage& footage, const PictureRequest& request,
                                     media::mp4::MediaTime moment);
    Result<Sprite> find_sprite(std::string_view playback_id);
    Result<Image> make_sprite(const Sprite& sprite);
    Result<std::string> draw_sprite(const Sprite& sprite);

    store::MediaStore& media_;
    Recordings& recordings_;
    Playback& playback_;
    boost::asio::thread_pool& pool_;
    PictureWorker worker_;
    std::stop_source stop_;
    std::atomic<std::size_t> waiting_{0};
    SharedCache<std::string> images_{kKeptImageBytes};
};

}  // namespace spanreel::live
