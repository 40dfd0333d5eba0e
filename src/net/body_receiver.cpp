// SPDX-License-Identifier: Apache-2.0
#include "net/body_receiver.hpp"

#include <algorithm>

namespace spanreel::net {

namespace {

std::unexpected<Error> body_too_large(std::uint64_t limit) {
    return fail(Code::too_large, fmt::format("The body is longer than {} bytes", limit));
}

}  // namespace

bool BodyBudget::Share::grow_to(std::uint64_t bytes) {
    if (bytes <= held_) return true;
    std::uint64_t more = bytes - held_;
    if (budget_->used_.fetch_add(more) + more > budget_->limit_) {
        budget_->used_ -= more;
        return false;
    }
    held_ = bytes;
    return true;
}

BodyReceiver::BodyReceiver(const Mount& mount, BodyBudget& budget, Coding coding,
                           std::optional<std::uint64_t> content_length)
    : mount_(mount), share_(budget), content_length_(content_length) {
    if (coding != Coding::identity) inflater_.emplace(coding);
}

Result<void> BodyReceiver::write(ByteView piece) {
    received_ += piece.size();
    if (received_ > mount_.max_encoded_body) return body_too_large(mount_.max_encoded_body);
    if (inflater_) {
        SPANREEL_CHECK(inflater_->write(piece, body_, mount_.max_body));
    } else {
        if (received_ > mount_.max_body) return body_too_large(mount_.max_body);
        // Reserved pages cost nothing until bytes arrive in them.
        if (body_.empty() && content_length_) body_.reserve(*content_length_);
        body_.append(as_text(piece));
    }
    if (!share_.grow_to(body_.size())) return fail(Code::unavailable, "Too many request bodies at a time; try again");
    return {};
}

Result<std::string> BodyReceiver::finish() {
    if (inflater_) SPANREEL_CHECK(inflater_->finish());
    return std::move(body_);
}

Result<void> check_content_length(const Mount& mount, Coding coding, std::optional<std::uint64_t> content_length) {
    std::size_t limit =
        coding == Coding::identity ? std::min(mount.max_body, mount.max_encoded_body) : mount.max_encoded_body;
    if (content_length.value_or(0) > limit) return body_too_large(limit);
    return {};
}

}  // namespace spanreel::net
