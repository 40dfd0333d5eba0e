// SPDX-License-Identifier: Apache-2.0
#include "live/picture_worker.hpp"

#include "base/log.hpp"
#include "live/footage_tables.hpp"
#include "media/mp4/recording.hpp"

namespace spanreel::live {

namespace picture = media::picture;

namespace {

constexpr std::chrono::seconds kLongestWork{20};
constexpr std::string_view kDamaged = "The picture at that moment cannot be decoded: the video is damaged there.";

/// The job, piece by piece: at most one sample is held at a time.
class JobInput {
  public:
    JobInput(store::MediaStore& media, std::string directory, const picture::Sheet& sheet, std::vector<SheetTile> tiles)
        : media_(media), directory_(std::move(directory)), tiles_(std::move(tiles)), head_(picture::encode(sheet)) {}

    Result<std::string> next() {
        if (!head_.empty()) return std::exchange(head_, "");
        if (tile_ == tiles_.size()) return "";
        const SheetTile& tile = tiles_[tile_];
        if (!in_tile_) return begin(tile);
        const picture::CodedSample& sample = tile.picture.samples[sample_++];
        if (sample_ == tile.picture.samples.size()) {
            ++tile_;
            in_tile_ = false;
        }
        return read(sample);
    }

  private:
    std::string begin(const SheetTile& tile) {
        in_tile_ = true;
        sample_ = 0;
        return picture::encode(
                   picture::TileHead{.configuration_bytes = static_cast<std::uint32_t>(tile.configuration.size()),
                                     .samples = static_cast<std::uint32_t>(tile.picture.samples.size()),
                                     .wanted = tile.picture.wanted()}) +
               tile.configuration;
    }

    Result<std::string> read(const picture::CodedSample& sample) {
        if (sample.size > picture::kMaxSampleBytes)
            return fail(Code::unprocessable, "The picture at that moment is too large to be decoded.");
        const std::string name = media::mp4::segment_name(sample.segment);
        const auto bytes = media_.read(directory_, name, sample.offset, sample.size);
        if (!bytes) return unreadable(bytes.error());
        if (bytes->size() != sample.size) return fail(Code::unprocessable, std::string(kDamaged));
        return picture::encode(picture::SampleHead{.shown = sample.shown, .bytes = sample.size}) + *bytes;
    }

    store::MediaStore& media_;
    const std::string directory_;
    const std::vector<SheetTile> tiles_;
    std::string head_;
    std::size_t tile_ = 0;
    bool in_tile_ = false;
    std::size_t sample_ = 0;
};

Result<std::string> image_of(ChildEnd end, const std::string& directory) {
    using How = ChildEnd::How;
    using Status = picture::WorkerStatus;
    if (end.how == How::exited && end.number == static_cast<int>(Status::done)) return std::move(end.output);
    if (end.how == How::exited && end.number == static_cast<int>(Status::undecodable))
        return fail(Code::unprocessable, std::string(kDamaged));
    if (end.how == How::exited && end.number == static_cast<int>(Status::too_large))
        return fail(Code::unprocessable,
                    fmt::format("Pictures with more than {} pixels a side are not decoded.", picture::kMaxSide));
    if (end.how == How::stopped) return fail(Code::unavailable, "The server is shutting down.");
    log::error("the picture worker failed",
               {{"directory", directory}, {"how", to_string(end.how)}, {"number", end.number}});
    if (end.how == How::exited) return fail(Code::internal, "The picture could not be made.");
    if (end.how == How::too_much_output)
        return fail(Code::unprocessable, "The image is too large. Ask for a smaller width.");
    return fail(Code::unavailable, "The decoder was ended before the picture was made. Ask again later.");
}

}  // namespace

Result<std::string> PictureWorker::draw(const std::string& media_directory, const picture::Sheet& sheet,
                                        std::vector<SheetTile> tiles, std::stop_token stop) {
    JobInput input(media_, media_directory, sheet, std::move(tiles));
    const ChildLimits limits{.time = kLongestWork, .output_bytes = kMaxImageBytes, .stop = std::move(stop)};
    SPANREEL_TRY(ChildEnd end, run_child(program_, [&input] { return input.next(); }, limits));
    return image_of(std::move(end), media_directory);
}

}  // namespace spanreel::live
