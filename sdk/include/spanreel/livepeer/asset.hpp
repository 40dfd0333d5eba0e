// SPDX-License-Identifier: Apache-2.0
// Assets: recordings, clips and uploads: /asset.
#pragma once
#include "spanreel/livepeer/media.hpp"

#pragma GCC visibility push(default)
namespace spanreel::livepeer {

enum class AssetType { video, audio };
constexpr auto enum_words(AssetType) { return std::to_array<std::string_view>({"video", "audio"}); }

enum class AssetSourceType { url, recording, direct_upload, clip };
constexpr auto enum_words(AssetSourceType) {
    return std::to_array<std::string_view>({"url", "recording", "directUpload", "clip"});
}

/// Where an asset comes from; `type` tells which of the others there may be.
struct AssetSource {
    sdk::OpenEnum<AssetSourceType> type;
    std::optional<std::string> url;          ///< always there for url
    std::optional<std::string> gateway_url;  ///< of url
    std::optional<sdk::JsonText> encryption;
    std::optional<std::string> source_id;   ///< an asset or a stream
    std::optional<std::string> session_id;  ///< always there for recording
    std::optional<std::string> playback_id;
    std::optional<std::string> requester_id;
    std::optional<std::string> asset_id;
};

enum class NftMetadataTemplate { file, player };
constexpr auto enum_words(NftMetadataTemplate) { return std::to_array<std::string_view>({"file", "player"}); }

struct IpfsSpec {
    std::optional<sdk::OpenEnum<NftMetadataTemplate>> nft_metadata_template{};
    std::optional<sdk::JsonText> nft_metadata{};
};

struct IpfsFileInfo {
    std::string cid;
    std::optional<std::string> url;
    std::optional<std::string> gateway_url;
};

struct AssetIpfs {
    std::optional<IpfsSpec> spec;
    std::optional<sdk::JsonText> ref;  ///< "$ref" on the wire
    std::optional<IpfsFileInfo> nft_metadata;
    std::optional<double> updated_at;  ///< milliseconds since 1970
};

struct AssetStorage {
    std::optional<AssetIpfs> ipfs;
    std::optional<StorageStatus> status;
};

enum class AssetPhase { uploading, waiting, processing, ready, failed, deleting, deleted };
constexpr auto enum_words(AssetPhase) {
    return std::to_array<std::string_view>(
        {"uploading", "waiting", "processing", "ready", "failed", "deleting", "deleted"});
}

struct AssetStatus {
    sdk::OpenEnum<AssetPhase> phase;
    double updated_at = 0;           ///< milliseconds since 1970
    std::optional<double> progress;  ///< 0 to 1
    std::optional<std::string> error_message;
};

struct AssetHash {
    std::optional<std::string> hash;
    std::optional<std::string> algorithm;
};

enum class TrackType { video, audio };
constexpr auto enum_words(TrackType) { return std::to_array<std::string_view>({"video", "audio"}); }

struct Track {
    sdk::OpenEnum<TrackType> type;
    std::string codec;
    std::optional<double> start_time;         ///< seconds
    std::optional<double> duration;           ///< seconds
    std::optional<double> bitrate;            ///< bits a second
    std::optional<double> width;              ///< pixels
    std::optional<double> height;             ///< pixels
    std::optional<std::string> pixel_format;  ///< of video
    std::optional<double> fps;                ///< of video
    std::optional<double> channels;           ///< of audio
    std::optional<double> sample_rate;        ///< of audio, a second
    std::optional<double> bit_depth;          ///< of audio
};

struct VideoSpec {
    std::optional<std::string> format;
    std::optional<double> duration;  ///< seconds
    std::optional<double> bitrate;   ///< bits a second
    std::optional<std::vector<Track>> tracks;
};

struct Asset {
    std::string id;
    std::optional<sdk::OpenEnum<AssetType>> type;
    std::optional<std::string> playback_id;
    std::optional<std::string> user_id;
    std::optional<std::string> playback_url;  ///< HLS
    std::optional<std::string> download_url;
    std::optional<sdk::Nullable<PlaybackPolicy>> playback_policy;
    AssetSource source;
    std::optional<CreatorId> creator_id;
    std::optional<std::vector<TranscodeProfile>> profiles;
    std::optional<AssetStorage> storage;
    std::optional<AssetStatus> status;
    std::string name;
    std::optional<std::string> project_id;
    std::optional<double> created_at;  ///< milliseconds since 1970
    std::optional<std::string> created_by_token_name;
    std::optional<double> size;  ///< bytes
    std::optional<sdk::Nullable<std::vector<AssetHash>>> hash;
    std::optional<VideoSpec> video_spec;
};
std::string to_json(const Asset& asset);

/// Wishes about IPFS: true or false, or how.
struct IpfsWish {
    std::optional<sdk::Nullable<IpfsSpec>> spec{};
};

struct Storage {
    std::optional<sdk::Nullable<std::variant<bool, IpfsWish>>> ipfs{};
};

/// What is absent stays as it is.
struct AssetPatchPayload {
    std::optional<std::string> name{};
    std::optional<InputCreatorId> creator_id{};
    std::optional<sdk::Nullable<PlaybackPolicy>> playback_policy{};
    std::optional<Storage> storage{};
};

struct UpdateAssetRequest {
    AssetPatchPayload asset_patch_payload;
    std::string asset_id;
};

struct AssetResponse : Answer {
    std::optional<Asset> asset;
};
std::string to_json(const AssetResponse& response);

struct AssetsResponse : Answer {
    std::optional<std::vector<Asset>> data;
};
std::string to_json(const AssetsResponse& response);

namespace detail {
sdk::Result<sdk::Prepared> prepare_asset_get(const Id& request);
sdk::Result<AssetResponse> read_asset_get(sdk::HttpResponse response);
sdk::Result<sdk::Prepared> prepare_asset_get_all(const NoRequest& request);
sdk::Result<AssetsResponse> read_asset_get_all(sdk::HttpResponse response);
sdk::Result<sdk::Prepared> prepare_asset_update(const UpdateAssetRequest& request);
sdk::Result<AssetResponse> read_asset_update(sdk::HttpResponse response);
sdk::Result<sdk::Prepared> prepare_asset_delete(const Id& request);
sdk::Result<Answer> read_asset_delete(sdk::HttpResponse response);
}  // namespace detail

/// getAsset: GET /asset/{assetId}; 200 with the asset.
inline constexpr sdk::Operation<Id, AssetResponse> asset_get{detail::prepare_asset_get, detail::read_asset_get};
/// getAssets: GET /asset; 200 with a page of assets, the one updated last first.
inline constexpr sdk::Operation<NoRequest, AssetsResponse> asset_get_all{detail::prepare_asset_get_all,
                                                                         detail::read_asset_get_all};
/// updateAsset: PATCH /asset/{assetId}; 200 with the asset. `input_validation` for what JSON cannot say.
inline constexpr sdk::Operation<UpdateAssetRequest, AssetResponse> asset_update{detail::prepare_asset_update,
                                                                                detail::read_asset_update};
/// deleteAsset: DELETE /asset/{assetId}; 204.
inline constexpr sdk::Operation<Id, Answer> asset_delete{detail::prepare_asset_delete, detail::read_asset_delete};

}  // namespace spanreel::livepeer
#pragma GCC visibility pop
