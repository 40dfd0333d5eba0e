// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/tape.hpp"

#include <algorithm>
#include <charconv>

#include "base/log.hpp"
#include "store/embedded/tape_scan.hpp"

namespace spanreel::store {

namespace {

constexpr std::string_view kSuffix = ".tape";
constexpr std::string_view kDamagedSuffix = ".damaged";  ///< behind kSuffix: nothing readable is in it
constexpr std::string_view kTornSuffix = ".torn";        ///< the same, of a first group that was never acknowledged
constexpr std::size_t kMaxOpenFiles = 32;
constexpr std::uint64_t kSmallestFile = 512;
constexpr std::uint64_t kFooterSize = kBlockHeaderSize + 7 * 8 + kTrailerSize;

/// Of a file named number + .tape + `aside`.
std::optional<std::uint32_t> number_of(std::string_view name, std::string_view aside = {}) {
    if (!name.ends_with(aside)) return std::nullopt;
    name.remove_suffix(aside.size());
    if (!name.ends_with(kSuffix)) return std::nullopt;
    name.remove_suffix(kSuffix.size());
    std::uint32_t number = 0;
    auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc() || end != name.data() + name.size() || number == 0) return std::nullopt;
    return number;
}

/// What a reader would take for damage is never written.
Result<void> check_readable(const std::vector<Entry>& entries, std::uint64_t size) {
    if (size > kMaxBlockPayload)
        return fail(Code::too_large,
                    fmt::format("{} bytes in one step are over the {} the tape takes", size, kMaxBlockPayload));
    if (std::ranges::any_of(entries, [](const Entry& entry) { return entry.payload.empty(); }))
        return fail(Code::internal, "an entry of the tape cannot be empty");
    return {};
}

std::uint64_t size_of(const std::vector<Entry>& entries) {
    std::uint64_t size = kBlockHeaderSize + encode_commit({}).size();
    for (const Entry& entry : entries) size += kBlockHeaderSize + entry.payload.size();
    return size;
}

/// Of a step before anything was written that could be half there: it may succeed when it is tried again.
template <class T>
Result<T> passing(Result<T> step) {
    if (!step) step.error().code = Code::unavailable;
    return step;
}

std::string kept_as(const Path& path, std::string_view suffix) {
    return fmt::format("has no readable group and was kept as {}{}", path.filename().string(), suffix);
}

}  // namespace

/// The file being written.
struct Tape::Current {
    std::uint32_t number = 0;
    std::shared_ptr<File> file;
    std::uint64_t position = 0;   ///< where the next group goes
    std::uint64_t allocated = 0;  ///< disk space reserved up to here
    TapeFooter totals;
};

Tape::Tape(FileSystem& files, Path directory, TapeOptions options)
    : files_(files), directory_(std::move(directory)), options_(options) {}

Tape::~Tape() { close(); }

Result<std::unique_ptr<Tape>> Tape::open(FileSystem& files, Path directory, TapeOptions options) {
    std::unique_ptr<Tape> tape(new Tape(files, std::move(directory), options));
    SPANREEL_CHECK(make_lasting_directory(files, tape->directory_));
    SPANREEL_TRY(auto names, files.list(tape->directory_));
    for (const std::string& name : names) {
        if (auto number = number_of(name)) SPANREEL_CHECK(tape->recover(*number));
        // Rows of the index may still name a file that was set aside: its number is not given again.
        if (auto number = number_of(name, kTornSuffix)) tape->next_number_ = std::max(tape->next_number_, *number + 1);
        if (auto number = number_of(name, kDamagedSuffix)) {
            tape->next_number_ = std::max(tape->next_number_, *number + 1);
            tape->note_damage(*number, {kept_as(tape->path_of(*number), kDamagedSuffix)});
        }
    }
    return tape;
}

Path Tape::path_of(std::uint32_t number) const { return directory_ / fmt::format("{:010}{}", number, kSuffix); }

TapeHeader Tape::header_of(std::uint32_t number, Lsn first_lsn) const {
    return {.node = options_.node,
            .epoch = options_.epoch,
            .number = number,
            .first_lsn = first_lsn,
            .created = to_unix_nanos(now())};
}

Result<void> Tape::recover(std::uint32_t number) {
    next_number_ = std::max(next_number_, number + 1);
    SPANREEL_TRY(auto file, files_.open(path_of(number), OpenMode::read_write));
    TapeFooter totals;
    if (auto footer = read_footer(*file)) {
        totals = *footer;
    } else {
        SPANREEL_TRY(TapeScan scan, scan_tape(*file, number, {}));
        note_damage(number, scan.damage);
        totals = scan.totals;
        if (totals.last_lsn == 0) return set_aside(number, std::move(file), scan);
        if (!scan.header_valid)
            SPANREEL_CHECK(file->write_at(0, as_bytes(encode_header(header_of(number, totals.first_lsn)))));
        std::string ending;
        append_block(ending, BlockKind::footer, totals.last_lsn, 0, encode_footer(totals));
        ending += encode_trailer(scan.end);
        SPANREEL_CHECK(file->write_at(scan.end, as_bytes(ending)));  // before space is given back: the disk may be full
        SPANREEL_CHECK(file->truncate(scan.end + ending.size()));
        // A killed program's last group may be whole in the page cache and not on the disk: it is served from now on,
        // so it must last.
        SPANREEL_CHECK(file->sync());
        log::info("tape recovered", {{"file", path_of(number).string()}, {"end", scan.end}, {"lsn", totals.last_lsn}});
    }
    last_lsn_of_[number] = totals.last_lsn;
    advance_to(totals.last_lsn);
    return {};
}

/// A file without a readable group: removed when nothing was written in it, else kept for a person to look at.
Result<void> Tape::set_aside(std::uint32_t number, std::unique_ptr<File> file, const TapeScan& scan) {
    SPANREEL_TRY(std::uint64_t end, end_of_data(*file));
    Path path = path_of(number);
    if (end <= kTapeHeaderSize) {
        file.reset();
        return files_.remove(path);
    }
    // The first group of a file may be cut off by a crash at any point; more than it can be was acknowledged.
    bool torn = !scan.follows_lost_group && end <= kTapeHeaderSize + kMaxBlockPayload;
    std::string_view suffix = torn ? kTornSuffix : kDamagedSuffix;
    (void)file->truncate(end);  // gives back what was reserved
    file.reset();
    SPANREEL_CHECK(files_.rename(path, path.string().append(suffix)));
    if (torn)
        log::warning("tape file without a whole group set aside", {{"file", path.string().append(suffix)}});
    else
        note_damage(number, {kept_as(path, suffix)});
    return {};
}

void Tape::advance_to(Lsn lsn) { next_lsn_ = std::max(next_lsn_, lsn + 1); }

void Tape::note_damage(std::uint32_t number, const std::vector<std::string>& found) {
    std::lock_guard lock(mutex_);
    for (const std::string& text : found) {
        std::string line = path_of(number).string() + " " + text;
        if (std::ranges::find(damage_, line) != damage_.end()) continue;
        log::error("tape damaged", {{"file", path_of(number).string()}, {"damage", text}});
        damage_.push_back(std::move(line));
    }
}

std::vector<std::string> Tape::damage() const {
    std::lock_guard lock(mutex_);
    return damage_;
}

Result<void> Tape::healthy() const {
    if (!failed_) return {};
    std::lock_guard lock(mutex_);
    return fail(Code::unavailable, failure_);
}

Result<void> Tape::fail_for_good(Error error) {
    log::error("tape failed", {{"error", error.message}});
    std::lock_guard lock(mutex_);
    failure_ = "the span tape failed and accepts nothing until a restart: " + error.message;
    failed_ = true;
    return fail(Code::unavailable, failure_);
}

Result<std::unique_ptr<Tape::Current>> Tape::begin_file() {
    auto next = std::make_unique<Current>();
    next->number = next_number_;
    Path path = path_of(next->number);
    SPANREEL_TRY(next->file, passing(files_.open(path, OpenMode::create_new)));
    next->allocated = options_.allocate_step;
    Result<void> made = passing(next->file->allocate(next->allocated));
    // On a full disk what there is must do: room for operations.
    while (!made && made.error().code == Code::unavailable && next->allocated >= 2 * kSmallestFile)
        made = passing(next->file->allocate(next->allocated /= 2));
    if (made) made = passing(next->file->write_at(0, as_bytes(encode_header(header_of(next->number, next_lsn_)))));
    if (made) made = files_.sync_directory(directory_);
    if (!made) {
        if (!files_.remove(path)) ++next_number_;
        return fail(std::move(made));
    }
    next->position = kTapeHeaderSize;
    ++next_number_;
    return next;
}

Result<void> Tape::make_room(std::uint64_t size, bool operations_only) {
    if (!current_ ||
        (current_->position > kTapeHeaderSize && current_->position + size + kFooterSize > options_.file_size)) {
        auto next = begin_file();
        bool may_stay = current_ && operations_only && current_->position + size + kFooterSize <= current_->allocated;
        if (!next && (!may_stay || next.error().code != Code::unavailable)) return fail(std::move(next));
        if (next) {
            close();
            current_ = std::move(*next);
        }
    }
    std::uint64_t needed = current_->position + size + kFooterSize + (operations_only ? 0 : options_.reserve);
    if (needed <= current_->allocated) return {};
    std::uint64_t target = (needed + options_.allocate_step - 1) / options_.allocate_step * options_.allocate_step;
    SPANREEL_CHECK(passing(current_->file->allocate(target)));
    current_->allocated = target;
    return {};
}

Result<Appended> Tape::append(const std::vector<Entry>& entries, Time at) {
    SPANREEL_CHECK(healthy());
    bool operations_only =
        std::ranges::all_of(entries, [](const Entry& entry) { return entry.kind == EntryKind::operation; });
    std::uint64_t size = size_of(entries);
    SPANREEL_CHECK(check_readable(entries, size));
    Result<void> room = make_room(size, operations_only);
    if (!room && room.error().code != Code::unavailable) return fail(fail_for_good(std::move(room).error()));
    SPANREEL_CHECK(room);

    Appended appended;
    TapeFooter totals = current_->totals;
    std::string group;
    Lsn lsn = next_lsn_;
    for (const Entry& entry : entries) {
        appended.where.push_back({current_->number, static_cast<std::uint32_t>(entry.payload.size()),
                                  current_->position + group.size() + kBlockHeaderSize});
        append_block(group, static_cast<BlockKind>(entry.kind), lsn++, entry.count, entry.payload);
        totals.add(static_cast<BlockKind>(entry.kind), entry.count);
    }
    append_block(group, BlockKind::commit, lsn, static_cast<std::uint32_t>(entries.size()),
                 encode_commit({current_->position, to_unix_nanos(at)}));
    if (totals.first_lsn == 0) totals.first_lsn = next_lsn_;
    if (totals.first_commit == 0) totals.first_commit = to_unix_nanos(at);
    totals.last_commit = to_unix_nanos(at);
    totals.last_lsn = lsn;

    Result<void> written = current_->file->write_at(current_->position, as_bytes(group));
    if (written) written = current_->file->sync();
    if (!written) {
        // After a failed sync the group may be in the page cache for good and never on the disk. The next start must
        // not find it there.
        (void)current_->file->truncate(current_->position);
        return fail(fail_for_good(std::move(written).error()));
    }

    current_->position += group.size();
    current_->totals = totals;
    next_lsn_ = lsn + 1;
    appended.last = lsn;
    return appended;
}

void Tape::close() {
    if (!current_) return;
    Current ended = std::move(*current_);
    current_.reset();
    if (failed_) return;
    last_lsn_of_[ended.number] = ended.totals.last_lsn;
    std::string ending;
    append_block(ending, BlockKind::footer, ended.totals.last_lsn, 0, encode_footer(ended.totals));
    ending += encode_trailer(ended.position);
    // Not synced: a lost footer costs one scan at the next start and nothing else.
    Result<void> done = ended.file->write_at(ended.position, as_bytes(ending));
    if (done) done = ended.file->truncate(ended.position + ending.size());
    if (!done) log::warning("tape file not closed", {{"error", done.error().message}});
}

Result<std::shared_ptr<File>> Tape::file_of(std::uint32_t number) {
    std::lock_guard lock(mutex_);
    if (auto found = open_files_.find(number); found != open_files_.end()) return found->second;
    auto file = files_.open(path_of(number), OpenMode::read);
    if (!file && file.error().code == Code::not_found) file.error().code = Code::corrupt;  // the file, not a trace
    if (!file) return fail(std::move(file));
    if (open_files_.size() >= kMaxOpenFiles) open_files_.erase(open_files_.begin());
    std::shared_ptr<File> shared = std::move(*file);
    open_files_.emplace(number, shared);
    return shared;
}

Result<std::string> Tape::read(const FrameRef& where) {
    if (where.length > kMaxBlockPayload || where.offset < kTapeHeaderSize + kBlockHeaderSize)
        return fail(Code::corrupt,
                    fmt::format("no frame can lie at offset {} of tape file {}", where.offset, where.file));
    SPANREEL_TRY(auto file, file_of(where.file));
    std::vector<std::uint8_t> block(kBlockHeaderSize + where.length);
    SPANREEL_TRY(std::size_t count, file->read_at(where.offset - kBlockHeaderSize, block));
    auto header = decode_block_header(block);
    if (count != block.size() || !header || !block_is_whole(*header, block)) {
        std::string text = fmt::format("at offset {}: frame fails its checksum", where.offset - kBlockHeaderSize);
        note_damage(where.file, {text});
        return fail(Code::corrupt, path_of(where.file).string() + " " + text);
    }
    return std::string(as_text(ByteView(block).subspan(kBlockHeaderSize)));
}

Result<void> Tape::replay(Lsn after, const std::function<Result<void>(const StoredEntry&)>& visit) {
    for (const auto& [number, last] : last_lsn_of_) {
        if (last <= after) continue;
        SPANREEL_TRY(auto file, files_.open(path_of(number), OpenMode::read));
        auto scanned = scan_tape(*file, number, [&](const StoredEntry& entry) -> Result<void> {
            return entry.lsn > after ? visit(entry) : Result<void>();
        });
        if (!scanned) return fail(std::move(scanned));
        note_damage(number, scanned->damage);
    }
    return {};
}

}  // namespace spanreel::store
