// SPDX-License-Identifier: Apache-2.0
#include "live/pictures.hpp"

#include <boost/asio/post.hpp>

#include "base/log.hpp"
#include "live/footage_tables.hpp"
#include "live/moment.hpp"

namespace spanreel::live {

namespace picture = media::picture;
using media::mp4::MediaTime;
using picture::Choice;
using picture::CodedPicture;

namespace {

/// A sprite of another plan has another name, so a later version of the program does not take it for its own.
std::string sprite_name(const picture::Sheet& sheet) {
    return fmt::format("sprite-{}x{}-{}.jpg", sheet.tile_width, sheet.tile_height, sheet.tiles);
}

Result<picture::Size> size_of(const media::TrackConfig& video) {
    if (video.codec != media::Codec::h264) return fail(Code::unsupported, "Only H.264 video is decoded yet.");
    if (video.width <= picture::kMaxSide && video.height <= picture::kMaxSide)
        return picture::Size{video.width, video.height};
    return fail(Code::unprocessable,
                fmt::format("Pictures with more than {} pixels a side are not decoded.", picture::kMaxSide));
}

Result<CodedPicture> choose(const Footage& footage, FootageTables& tables, MediaTime moment, Choice choice) {
    return picture::find_picture(
        footage.view->segments, [&tables](std::size_t place) { return tables.segment(place); }, moment, choice);
}

/// The key frame of that moment, which alone is quick to decode; where that lies before a clip begins, the picture.
Result<CodedPicture> choose_tile(const Footage& footage, FootageTables& tables, MediaTime moment) {
    SPANREEL_TRY(CodedPicture key, choose(footage, tables, moment, Choice::key_frame));
    if (key.shown() >= footage.shown.start) return key;
    return choose(footage, tables, moment, Choice::exact);
}

}  // namespace

Pictures::Pictures(store::MediaStore& media, Recordings& recordings, Playback& playback, boost::asio::thread_pool& pool,
                   Path worker)
    : media_(media), recordings_(recordings), playback_(playback), pool_(pool), worker_(media, std::move(worker)) {}

void Pictures::post(Answer answer, std::function<Result<Image>()> work) {
    if (waiting_.fetch_add(1) >= kMaxWaiting) {
        waiting_.fetch_sub(1);
        return answer(fail(Code::unavailable, "Too many pictures are being made. Ask again in a second."));
    }
    boost::asio::post(pool_, [this, answer = std::move(answer), work = std::move(work)] {
        waiting_.fetch_sub(1);
        if (stop_.stop_requested()) return answer(fail(Code::unavailable, "The server is shutting down."));
        answer(work());
    });
}

void Pictures::picture(std::string playback_id, PictureRequest request, Answer answer) {
    post(std::move(answer), [this, playback_id = std::move(playback_id), request]() -> Result<Image> {
        SPANREEL_TRY(const Footage footage, playback_.footage(playback_id));
        return make_picture(footage, request);
    });
}

void Pictures::session_picture(std::string playback_id, std::string session_id, PictureRequest request, Answer answer) {
    post(std::move(answer),
         [this, playback_id = std::move(playback_id), session_id = std::move(session_id), request]() -> Result<Image> {
             SPANREEL_TRY(const Footage footage, playback_.session_footage(playback_id, session_id));
             return make_picture(footage, request);
         });
}

Result<Pictures::Image> Pictures::make_picture(const Footage& footage, const PictureRequest& request) {
    if (request.width && (*request.width < kMinWidth || *request.width > picture::kMaxSide))
        return fail(Code::invalid, fmt::format("width must be from {} to {} pixels", kMinWidth, picture::kMaxSide),
                    "width");
    SPANREEL_TRY(const MediaTime moment, moment_in(footage, request.moment));
    const std::string key = fmt::format("{}/{}/{}/{}", footage.media_directory, moment.count(),
                                        static_cast<int>(request.format), request.width.value_or(0));
    return images_.get(
        key, [&] { return draw_picture(footage, request, moment); },
        [](const std::string& image) { return image.size(); });
}

Result<std::string> Pictures::draw_picture(const Footage& footage, const PictureRequest& request, MediaTime moment) {
    FootageTables tables(footage, media_, recordings_);
    SPANREEL_TRY(CodedPicture coded, choose(footage, tables, moment, Choice::exact));
    SPANREEL_TRY(media::TrackConfig video, tables.video(coded.init));
    SPANREEL_TRY(const picture::Size own, size_of(video));
    const picture::Size size = picture::fit_within(own, {request.width.value_or(picture::kMaxSide), picture::kMaxSide});
    const picture::Sheet sheet{.format = request.format, .tile_width = size.width, .tile_height = size.height};
    std::vector<SheetTile> tiles;
    tiles.push_back({.configuration = std::move(video.configuration), .picture = std::move(coded)});
    return worker_.draw(footage.media_directory, sheet, std::move(tiles), stop_.get_token());
}

Result<Pictures::Sprite> Pictures::find_sprite(std::string_view playback_id) {
    SPANREEL_TRY(Footage footage, playback_.footage(playback_id));
    if (!footage.view->ended) return fail(Code::not_found, "The thumbnails are there when the recording is complete.");
    const media::TrackConfig* video = footage.view->init ? footage.view->init->find(media::TrackKind::video) : nullptr;
    if (!video) return fail(Code::not_found, "There are no thumbnails: the recording has no video.");
    SPANREEL_TRY(const picture::Size size, size_of(*video));
    const picture::SpritePlan plan = picture::plan_sprite(footage.shown.end - footage.shown.start, size);
    return Sprite{.footage = std::move(footage), .plan = plan};
}

void Pictures::sprite_track(std::string playback_id, std::string image, Answer answer) {
    post(std::move(answer), [this, playback_id = std::move(playback_id), image = std::move(image)]() -> Result<Image> {
        SPANREEL_TRY(const Sprite sprite, find_sprite(playback_id));
        return std::make_shared<const std::string>(picture::sprite_track(sprite.plan, image));
    });
}

void Pictures::sprite(std::string playback_id, Answer answer) {
    post(std::move(answer), [this, playback_id = std::move(playback_id)]() -> Result<Image> {
        SPANREEL_TRY(const Sprite sprite, find_sprite(playback_id));
        return make_sprite(sprite);
    });
}

Result<Pictures::Image> Pictures::make_sprite(const Sprite& sprite) {
    const std::string& directory = sprite.footage.media_directory;
    const std::string name = sprite_name(sprite.plan.sheet);
    const auto make = [&]() -> Result<std::string> {
        auto stored = media_.read_all(directory, name, kMaxImageBytes);
        if (stored || stored.error().code != Code::not_found) return stored;
        SPANREEL_TRY(std::string drawn, draw_sprite(sprite));
        if (const Result<void> written = media_.write(directory, name, as_bytes(drawn)); !written)
            log::warning("sprite not stored", {{"directory", directory}, {"error", written.error().message}});
        return drawn;
    };
    return images_.get(directory + "/" + name, make, [](const std::string& image) { return image.size(); });
}

Result<std::string> Pictures::draw_sprite(const Sprite& sprite) {
    const Footage& footage = sprite.footage;
    FootageTables tables(footage, media_, recordings_);
    SPANREEL_CHECK(tables.read_index());
    std::vector<SheetTile> tiles;
    for (std::uint32_t i = 0; i < sprite.plan.sheet.tiles; ++i) {
        const MediaTime moment = footage.shown.start + sprite.plan.start_of(i);
        SPANREEL_TRY(CodedPicture coded, choose_tile(footage, tables, moment));
        SPANREEL_TRY(media::TrackConfig video, tables.video(coded.init));
        tiles.push_back({.configuration = std::move(video.configuration), .picture = std::move(coded)});
    }
    return worker_.draw(footage.media_directory, sprite.plan.sheet, std::move(tiles), stop_.get_token());
}

}  // namespace spanreel::live
