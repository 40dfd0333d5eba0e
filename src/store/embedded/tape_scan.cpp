// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/tape_scan.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace spanreel::store {

namespace {

constexpr std::size_t kWindow = 1 << 20;

/// Reads ranges of a file through one buffer; ranges mostly move forward.
class Window {
  public:
    Window(File& file, std::uint64_t size) : file_(file), size_(size) {}

    /// `length` bytes at `offset`, fewer at the end of the file. Valid until the next call.
    Result<ByteView> at(std::uint64_t offset, std::size_t length) {
        if (offset >= size_) return ByteView{};
        length = static_cast<std::size_t>(std::min<std::uint64_t>(length, size_ - offset));
        if (offset < start_ || offset + length > start_ + buffer_.size()) {
            buffer_.resize(
                static_cast<std::size_t>(std::min<std::uint64_t>(std::max(length, kWindow), size_ - offset)));
            SPANREEL_TRY(std::size_t count, file_.read_at(offset, buffer_));
            buffer_.resize(count);
            start_ = offset;
        }
        std::size_t from = static_cast<std::size_t>(offset - start_);
        return ByteView(buffer_).subspan(from, std::min(length, buffer_.size() - from));
    }
    std::uint64_t size() const { return size_; }

  private:
    File& file_;
    std::uint64_t size_;
    std::uint64_t start_ = 0;
    std::vector<std::uint8_t> buffer_;
};

struct Block {
    BlockHeader header;
    std::uint64_t offset = 0;  ///< of the payload
    std::string payload;
    std::uint64_t begin() const { return offset - kBlockHeaderSize; }
    std::uint64_t end() const { return offset + payload.size(); }
};

/// The whole block at `offset`, or nothing.
Result<std::optional<Block>> block_at(Window& window, std::uint64_t offset) {
    SPANREEL_TRY(ByteView head, window.at(offset, kBlockHeaderSize));
    auto header = decode_block_header(head);
    if (!header || offset + kBlockHeaderSize + header->length > window.size()) return std::nullopt;
    SPANREEL_TRY(ByteView whole, window.at(offset, kBlockHeaderSize + header->length));
    if (!block_is_whole(*header, whole)) return std::nullopt;
    return Block{*header, offset + kBlockHeaderSize, std::string(as_text(whole.subspan(kBlockHeaderSize)))};
}

/// Whether a block can be the next whole one after position `after` (nothing: unknown) and some damaged bytes.
/// Positions are consecutive, so that bytes which only look like a header are told apart before the checksum of all
/// they claim is computed.
bool may_follow(const BlockHeader& header, std::optional<Lsn> after, std::uint64_t damaged_bytes) {
    if (!after) return true;
    return header.lsn > *after && header.lsn - *after <= 1 + damaged_bytes / (kBlockHeaderSize + 1);
}

/// Offset of the next whole block of a later position after damage, or nothing. Zeros (reserved, unwritten space) are
/// skipped quickly.
Result<std::optional<std::uint64_t>> next_block(Window& window, std::uint64_t offset, std::optional<Lsn> after) {
    std::uint64_t begin = offset;
    while (offset < window.size()) {
        SPANREEL_TRY(ByteView bytes, window.at(offset, kWindow / 2));
        auto nonzero = std::ranges::find_if(bytes, [](std::uint8_t byte) { return byte != 0; });
        std::size_t skipped = static_cast<std::size_t>(nonzero - bytes.begin());
        // A length's low byte may be zero while a higher one is not: step back over up to three zeros.
        std::size_t from = skipped > 3 ? skipped - 3 : 0;
        if (nonzero == bytes.end() && skipped > 3) {
            offset += skipped - 3;
            if (bytes.size() < kWindow / 2) return std::nullopt;
            continue;
        }
        offset += from;
        SPANREEL_TRY(ByteView head, window.at(offset, kBlockHeaderSize));
        if (auto header = decode_block_header(head); header && may_follow(*header, after, offset - begin)) {
            SPANREEL_TRY(auto block, block_at(window, offset));
            if (block) return offset;
        }
        ++offset;
    }
    return std::nullopt;
}

/// Collects the blocks of a group until its commit mark is seen.
class Scanner {
  public:
    Scanner(Window& window, std::uint32_t number, const std::function<Result<void>(const StoredEntry&)>& visit,
            TapeScan& scan, std::optional<Lsn> before)
        : window_(window), number_(number), visit_(visit), scan_(scan), last_lsn_(before) {}

    Result<void> run() {
        std::uint64_t offset = kTapeHeaderSize;
        while (true) {
            SPANREEL_TRY(auto block, block_at(window_, offset));
            if (!block || (last_lsn_ && block->header.lsn <= *last_lsn_)) {
                SPANREEL_TRY(auto next, next_block(window_, offset, last_lsn_));
                if (!next) break;
                group_damage_.push_back(
                    fmt::format("at offset {}: {} bytes are not a valid block", offset, *next - offset));
                offset = damage_end_ = *next;
                continue;
            }
            offset = block->end();
            if (block->header.kind == BlockKind::footer) {
                if (offset + kTrailerSize == window_.size()) break;
                continue;
            }
            last_lsn_ = block->header.lsn;
            if (block->header.kind == BlockKind::commit)
                SPANREEL_CHECK(commit(*block));
            else
                group_.push_back(std::move(*block));
        }
        if (!scan_.closed) return {};  // what is left is a torn tail
        SPANREEL_CHECK(flush_held());
        if (group_.empty() && group_damage_.empty()) return {};
        Lsn lsn = group_.empty() ? scan_.totals.last_lsn : group_.back().header.lsn;
        return emit(take_group(scan_.end, lsn, scan_.totals.last_commit));
    }

  private:
    struct Held;

    Result<void> commit(const Block& mark) {
        auto fields = decode_commit(as_bytes(mark.payload));
        // Of what was gathered since the last whole mark, only the end from `group_offset` on is this mark's group.
        auto first = fields ? std::ranges::find(group_, fields->group_offset, &Block::begin) : group_.end();
        bool whole = fields && static_cast<std::size_t>(group_.end() - first) == mark.header.count &&
                     damage_end_ <= fields->group_offset;
        // A commit follows what was held back, or what lies before this group: that is damage in acknowledged
        // groups, not a torn tail.
        SPANREEL_CHECK(flush_held());
        std::int64_t at = fields ? fields->at : 0;
        if (whole && (first != group_.begin() || !group_damage_.empty())) {
            std::vector<Block> own(std::make_move_iterator(first), std::make_move_iterator(group_.end()));
            group_.erase(first, group_.end());
            SPANREEL_CHECK(emit(take_group(fields->group_offset, mark.header.lsn, at)));
            group_ = std::move(own);
        }
        if (!whole && group_damage_.empty())
            group_damage_.push_back(fmt::format("at offset {}: the commit mark does not fit its group", mark.begin()));
        Held group = take_group(mark.end(), mark.header.lsn, at);
        if (whole) return emit(group);
        if (fields && fields->group_offset > scan_.end) scan_.follows_lost_group = true;
        held_ = std::move(group);
        return {};
    }

    struct Held {
        std::vector<Block> blocks;
        std::vector<std::string> damage;
        std::uint64_t end = 0;
        Lsn lsn = 0;
        std::int64_t at = 0;
    };

    Held take_group(std::uint64_t end, Lsn lsn, std::int64_t at) {
        return {std::exchange(group_, {}), std::exchange(group_damage_, {}), end, lsn, at};
    }

    Result<void> flush_held() {
        if (held_) {
            Held held = std::move(*held_);
            held_.reset();
            SPANREEL_CHECK(emit(held));
        }
        return {};
    }

    Result<void> emit(const Held& group) {
        scan_.damage.insert(scan_.damage.end(), group.damage.begin(), group.damage.end());
        for (const Block& block : group.blocks) {
            scan_.totals.add(block.header.kind, block.header.count);
            if (scan_.totals.first_lsn == 0) scan_.totals.first_lsn = block.header.lsn;
            if (!visit_) continue;
            StoredEntry entry{block.header.lsn, static_cast<EntryKind>(block.header.kind), block.payload,
                              FrameRef{number_, block.header.length, block.offset}, &block == &group.blocks.back()};
            SPANREEL_CHECK(visit_(entry));
        }
        ++scan_.groups;
        if (scan_.totals.first_commit == 0) scan_.totals.first_commit = group.at;
        scan_.totals.last_commit = group.at;
        scan_.totals.last_lsn = group.lsn;
        scan_.end = group.end;
        return {};
    }

    Window& window_;
    std::uint32_t number_;
    const std::function<Result<void>(const StoredEntry&)>& visit_;
    TapeScan& scan_;
    std::vector<Block> group_;
    std::vector<std::string> group_damage_;
    std::uint64_t damage_end_ = 0;  ///< offset behind the last damage seen
    std::optional<Held> held_;
    std::optional<Lsn> last_lsn_;
};

}  // namespace

Result<std::uint64_t> end_of_data(File& file) {
    SPANREEL_TRY(std::uint64_t end, file.size());
    std::vector<std::uint8_t> buffer;
    while (end > 0) {
        buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(end, kWindow)));
        SPANREEL_TRY(std::size_t count, file.read_at(end - buffer.size(), buffer));
        ByteView bytes = ByteView(buffer).first(count);
        auto last = std::find_if(bytes.rbegin(), bytes.rend(), [](std::uint8_t byte) { return byte != 0; });
        end -= buffer.size();
        if (last != bytes.rend()) return end + static_cast<std::uint64_t>(bytes.rend() - last);
    }
    return end;
}

std::optional<TapeFooter> read_footer(File& file) {
    auto size = file.size();
    if (!size || *size < kTapeHeaderSize + kBlockHeaderSize + kTrailerSize) return std::nullopt;
    Window window(file, *size);
    auto bytes = window.at(*size - kTrailerSize, kTrailerSize);
    auto offset = bytes ? decode_trailer(*bytes) : std::nullopt;
    if (!offset) return std::nullopt;
    auto block = block_at(window, *offset);
    if (!block || !*block || (*block)->header.kind != BlockKind::footer) return std::nullopt;
    return decode_footer(as_bytes((*block)->payload));
}

Result<TapeScan> scan_tape(File& file, std::uint32_t number,
                           const std::function<Result<void>(const StoredEntry&)>& visit) {
    SPANREEL_TRY(std::uint64_t size, file.size());
    Window window(file, size);
    TapeScan scan;
    scan.end = kTapeHeaderSize;
    scan.closed = read_footer(file).has_value();
    SPANREEL_TRY(ByteView head, window.at(0, kTapeHeaderSize));
    auto header = decode_header(head);
    scan.header_valid = header.has_value();
    if (!header && header.error().code == Code::unsupported) return fail(std::move(header));
    std::optional<Lsn> before = header ? std::optional(header->first_lsn - 1) : std::nullopt;
    SPANREEL_CHECK(Scanner(window, number, visit, scan, before).run());
    // The first sync of a file covers its header too: without it, at most one group can be whole.
    if (!scan.header_valid && (scan.closed || scan.groups > 1))
        scan.damage.insert(scan.damage.begin(), "at offset 0: " + header.error().message);
    return scan;
}

}  // namespace spanreel::store
