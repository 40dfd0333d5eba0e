// SPDX-License-Identifier: Apache-2.0
#include "net/body_receiver.hpp"

#include <algorithm>

namespace spanreel::net {

namespace {

/// What a request costs beside its texts, about: buffers, coroutines, tables of the connection.
constexpr std::uint64_t kRequestOverhead = 4 << 10;
/// A body of unknown length begins with so much.
constexpr std::size_t kFirstPiece = 16 << 10;

std::unexpected<Error> body_too_large(std::uint64_t limit) {
    return fail(Code::too_large, fmt::format("The body is longer than {} bytes", limit));
}

std::uint64_t head_bytes(const Request& request) {
    std::uint64_t bytes = kRequestOverhead + request.target.size() + request.path.size();
    for (const auto& [name, value] : request.headers)
        bytes += sizeof(name) + sizeof(value) + name.size() + value.size();
    return bytes;
}

}  // namespace

Result<void> BodyBuffer::reserve(std::size_t size) {
    const std::size_t old = text_.capacity();
    if (size <= old) return {};
    const std::size_t wanted = std::max(size, std::min(2 * old, max_size_));
    SPANREEL_CHECK(share_.resize(beside_ + old + wanted));
    text_.reserve(wanted);
    return share_.resize(beside_ + text_.capacity());
}

Result<void> BodyBuffer::append(ByteView piece) {
    if (piece.size() > max_size_ - std::min(text_.size(), max_size_)) return body_too_large(max_size_);
    if (text_.size() + piece.size() > text_.capacity())
        SPANREEL_CHECK(reserve(std::max(text_.size() + piece.size(), std::min(kFirstPiece, max_size_))));
    text_.append(as_text(piece));
    return {};
}

BodyReceiver::BodyReceiver(const Mount& mount, MemoryBudget& budget, Request& request, Coding coding,
                           std::optional<std::uint64_t> content_length)
    : mount_(mount), request_(request), content_length_(content_length) {
    // Strangers cannot keep each other out any more than workspaces can.
    const std::string& account = request.account.empty() ? request.peer_address : request.account;
    request.memory = MemoryBudget::Share(budget, account);
    if (coding != Coding::identity) inflater_.emplace(coding);
}

Result<void> BodyReceiver::begin() {
    SPANREEL_CHECK(request_.memory.resize(head_bytes(request_)));
    body_.emplace(mount_.max_body, request_.memory);
    return inflater_ ? Result<void>() : body_->reserve(content_length_.value_or(0));
}

Result<void> BodyReceiver::write(ByteView piece) {
    received_ += piece.size();
    if (received_ > mount_.max_encoded_body) return body_too_large(mount_.max_encoded_body);
    if (!inflater_) return body_->append(piece);
    return inflater_->write(piece, [this](ByteView inflated) { return body_->append(inflated); });
}

Result<void> BodyReceiver::finish() {
    if (inflater_) SPANREEL_CHECK(inflater_->finish());
    request_.body = body_->take();
    return {};
}

Result<void> check_content_length(const Mount& mount, Coding coding, std::optional<std::uint64_t> content_length) {
    std::size_t limit =
        coding == Coding::identity ? std::min(mount.max_body, mount.max_encoded_body) : mount.max_encoded_body;
    if (content_length.value_or(0) > limit) return body_too_large(limit);
    return {};
}

}  // namespace spanreel::net
