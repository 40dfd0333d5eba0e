// SPDX-License-Identifier: Apache-2.0
// The members of asset.hpp's models on the wire, in the order in which requests send them.
#pragma once
#include "media_json.hpp"
#include "spanreel/livepeer/asset.hpp"

namespace spanreel::livepeer {

template <class Visitor, class Self>
    requires sdk::IsModel<Self, AssetSource>
void members(Visitor& visit, Self& self) {
    visit("type", self.type);
    visit("url", self.url);
    visit("gatewayUrl", self.gateway_url);
    visit("encryption", self.encryption);
    visit("sourceId", self.source_id);
    visit("sessionId", self.session_id);
    visit("playbackId", self.playback_id);
    visit("requesterId", self.requester_id);
    visit("assetId", self.asset_id);
}

/// A recording names its session, and what came from a URL that URL.
inline sdk::Fit read_value(const boost::json::value& json, AssetSource& out) {
    if (sdk::Fit misfit = sdk::read_value<AssetSource>(json, out)) return misfit;
    if (out.type == AssetSourceType::recording && !out.session_id) return sdk::Misfit{"sessionId", "to be there"};
    if (out.type == AssetSourceType::url && !out.url) return sdk::Misfit{"url", "to be there"};
    return std::nullopt;
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, IpfsSpec>
void members(Visitor& visit, Self& self) {
    visit("nftMetadataTemplate", self.nft_metadata_template);
    visit("nftMetadata", self.nft_metadata);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, IpfsFileInfo>
void members(Visitor& visit, Self& self) {
    visit("cid", self.cid);
    visit("url", self.url);
    visit("gatewayUrl", self.gateway_url);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, AssetIpfs>
void members(Visitor& visit, Self& self) {
    visit("spec", self.spec);
    visit("$ref", self.ref);
    visit("nftMetadata", self.nft_metadata);
    visit("updatedAt", self.updated_at);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, AssetStorage>
void members(Visitor& visit, Self& self) {
    visit("ipfs", self.ipfs);
    visit("status", self.status);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, AssetStatus>
void members(Visitor& visit, Self& self) {
    visit("phase", self.phase);
    visit("updatedAt", self.updated_at);
    visit("progress", self.progress);
    visit("errorMessage", self.error_message);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, AssetHash>
void members(Visitor& visit, Self& self) {
    visit("hash", self.hash);
    visit("algorithm", self.algorithm);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Track>
void members(Visitor& visit, Self& self) {
    visit("type", self.type);
    visit("codec", self.codec);
    visit("startTime", self.start_time);
    visit("duration", self.duration);
    visit("bitrate", self.bitrate);
    visit("width", self.width);
    visit("height", self.height);
    visit("pixelFormat", self.pixel_format);
    visit("fps", self.fps);
    visit("channels", self.channels);
    visit("sampleRate", self.sample_rate);
    visit("bitDepth", self.bit_depth);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, VideoSpec>
void members(Visitor& visit, Self& self) {
    visit("format", self.format);
    visit("duration", self.duration);
    visit("bitrate", self.bitrate);
    visit("tracks", self.tracks);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Asset>
void members(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("type", self.type);
    visit("playbackId", self.playback_id);
    visit("userId", self.user_id);
    visit("playbackUrl", self.playback_url);
    visit("downloadUrl", self.download_url);
    visit("playbackPolicy", self.playback_policy);
    visit("source", self.source);
    visit("creatorId", self.creator_id);
    visit("profiles", self.profiles);
    visit("storage", self.storage);
    visit("status", self.status);
    visit("name", self.name);
    visit("projectId", self.project_id);
    visit("createdAt", self.created_at);
    visit("createdByTokenName", self.created_by_token_name);
    visit("size", self.size);
    visit("hash", self.hash);
    visit("videoSpec", self.video_spec);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, IpfsWish>
void members(Visitor& visit, Self& self) {
    visit("spec", self.spec);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Storage>
void members(Visitor& visit, Self& self) {
    visit("ipfs", self.ipfs);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, AssetPatchPayload>
void members(Visitor& visit, Self& self) {
    visit("name", self.name);
    visit("creatorId", self.creator_id);
    visit("playbackPolicy", self.playback_policy);
    visit("storage", self.storage);
}

}  // namespace spanreel::livepeer
