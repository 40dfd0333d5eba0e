// SPDX-License-Identifier: Apache-2.0
#include "base/simulated_disk.hpp"

#include <algorithm>
#include <cerrno>

#include "base/simulated_disk_state.hpp"

namespace spanreel {

void SimulatedContent::resize(std::uint64_t size) {
    if (size < size_) {
        pages_.resize((size + kPage - 1) / kPage);
        if (std::uint64_t rest = size % kPage; rest != 0 && pages_.back()) {
            auto page = std::make_shared<Page>(*pages_.back());  // what grows again later must be zero
            std::fill(page->begin() + static_cast<std::ptrdiff_t>(rest), page->end(), 0);
            pages_.back() = std::move(page);
        }
    }
    size_ = size;
}

void SimulatedContent::write(std::uint64_t offset, ByteView bytes) {
    size_ = std::max(size_, offset + bytes.size());
    if (!bytes.empty() && pages_.size() < (offset + bytes.size() + kPage - 1) / kPage)
        pages_.resize((offset + bytes.size() + kPage - 1) / kPage);
    while (!bytes.empty()) {
        std::uint64_t within = offset % kPage;
        std::size_t count = std::min<std::size_t>(bytes.size(), kPage - within);
        auto& page = pages_[offset / kPage];
        if (!page)
            page = std::make_shared<Page>();
        else if (page.use_count() > 1)
            page = std::make_shared<Page>(*page);
        std::ranges::copy(bytes.first(count), page->begin() + static_cast<std::ptrdiff_t>(within));
        bytes = bytes.subspan(count);
        offset += count;
    }
}

std::size_t SimulatedContent::read(std::uint64_t offset, std::span<std::uint8_t> into) const {
    if (offset >= size_) return 0;
    into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset)));
    std::ranges::fill(into, 0);
    for (std::size_t done = 0; done < into.size();) {
        std::uint64_t within = (offset + done) % kPage;
        std::size_t count = std::min<std::size_t>(into.size() - done, kPage - within);
        std::uint64_t index = (offset + done) / kPage;
        if (index < pages_.size() && pages_[index])
            std::copy_n(pages_[index]->begin() + static_cast<std::ptrdiff_t>(within), count,
                        into.begin() + static_cast<std::ptrdiff_t>(done));
        done += count;
    }
    return into.size();
}

int SimulatedDisk::State::begin(DiskOperation operation) {
    if (power_is_off()) return EIO;
    if (operation != DiskOperation::read && operation != DiskOperation::list) ++operations;
    for (auto it = failures.begin(); it != failures.end(); ++it) {
        if (it->operation != operation) continue;
        if (it->skip-- > 0) continue;
        int error_number = it->error_number;
        failures.erase(it);
        return error_number;
    }
    return 0;
}

NodePtr SimulatedDisk::State::find(const Path& path) const {
    NodePtr node = root;
    for (const Path& part : path.lexically_normal().relative_path()) {
        if (part.empty() || part == ".") continue;
        if (!node->directory) return nullptr;
        auto found = node->entries.find(part.string());
        if (found == node->entries.end()) return nullptr;
        node = found->second;
    }
    return node;
}

void SimulatedDisk::State::change_names(std::vector<NameChange::Entry> entries) {
    for (const NameChange::Entry& entry : entries) {
        if (entry.target)
            entry.directory->entries[entry.name] = entry.target;
        else
            entry.directory->entries.erase(entry.name);
    }
    name_changes.push_back({.entries = std::move(entries)});
}

bool SimulatedDisk::State::charge(SimulatedNode& node, std::uint64_t bytes) {
    if (bytes > node.charged && bytes - node.charged > capacity - std::min(used, capacity)) return false;
    used = used - node.charged + bytes;
    node.charged = bytes;
    return true;
}

bool SimulatedDisk::State::is_ignored(const Path& path, bool directory) {
    SyncCall call{.index = syncs++, .path = path, .directory = directory};
    return ignored && ignored(call);
}

namespace {

/// Gives what a sync covers its new safety; what is safe and has nothing unsafe before it leaves the list.
template <class Change, class Covers, class Apply>
void settle(std::deque<Change>& changes, Safety safety, Covers covers, Apply apply) {
    for (Change& change : changes)
        if (change.safety == Safety::open && covers(change)) change.safety = safety;
    for (; !changes.empty() && changes.front().safety == Safety::synced; changes.pop_front()) apply(changes.front());
}

class SimulatedFile final : public File {
  public:
    SimulatedFile(std::mutex& mutex, SimulatedDisk::State& state, NodePtr node, Path path)
        : mutex_(mutex), state_(state), node_(std::move(node)), path_(std::move(path)) {}

    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> into) override {
        std::lock_guard lock(mutex_);
        if (int error = state_.begin(DiskOperation::read)) return fail_errno(error, "reading " + path_.string());
        return node_->content.read(offset, into);
    }

    Result<void> write_at(std::uint64_t offset, ByteView bytes) override {
        std::lock_guard lock(mutex_);
        int error = state_.begin(DiskOperation::write);
        std::uint64_t end = offset + bytes.size();
        if (error == 0 && !state_.charge(*node_, std::max(node_->charged, end))) error = ENOSPC;
        if (error != 0) bytes = error == ENOSPC || state_.power_is_off() ? ByteView{} : bytes.first(bytes.size() / 2);
        if (!bytes.empty()) {
            node_->content.write(offset, bytes);
            node_->changes.push_back({.offset = offset, .bytes = std::string(as_text(bytes))});
        }
        if (error != 0) return fail_errno(error, "writing " + path_.string());
        return {};
    }

    Result<std::uint64_t> size() override {
        std::lock_guard lock(mutex_);
        return node_->content.size();
    }

    Result<void> truncate(std::uint64_t size) override {
        std::lock_guard lock(mutex_);
        int error = state_.begin(DiskOperation::truncate);
        if (error == 0 && !state_.charge(*node_, size)) error = ENOSPC;
        if (error != 0) return fail_errno(error, "truncating " + path_.string());
        set_size(size);
        return {};
    }

    Result<void> allocate(std::uint64_t size) override {
        std::lock_guard lock(mutex_);
        int error = state_.begin(DiskOperation::allocate);
        if (error == 0 && !state_.charge(*node_, std::max(node_->charged, size))) error = ENOSPC;
        if (error != 0) return fail_errno(error, "reserving space for " + path_.string());
        if (size > node_->content.size()) set_size(size);
        return {};
    }

    Result<void> sync() override {
        std::lock_guard lock(mutex_);
        int error = state_.begin(DiskOperation::sync);
        if (error != 0 && state_.power_is_off()) return fail_errno(error, "syncing " + path_.string());
        if (state_.is_ignored(path_, false) && error == 0) return {};
        settle(
            node_->changes, error == 0 ? Safety::synced : Safety::doomed, [](const DataChange&) { return true; },
            [this](const DataChange& change) {
                if (change.truncate)
                    node_->durable.resize(change.offset);
                else
                    node_->durable.write(change.offset, as_bytes(change.bytes));
            });
        if (error != 0) return fail_errno(error, "syncing " + path_.string());
        return {};
    }

  private:
    void set_size(std::uint64_t size) {
        node_->content.resize(size);
        node_->changes.push_back({.truncate = true, .offset = size});
    }

    std::mutex& mutex_;
    SimulatedDisk::State& state_;
    NodePtr node_;
    Path path_;
};

}  // namespace

SimulatedDisk::SimulatedDisk() : SimulatedDisk(std::make_unique<State>()) {}
SimulatedDisk::SimulatedDisk(std::unique_ptr<State> state) : state_(std::move(state)) {}
SimulatedDisk::~SimulatedDisk() = default;

Result<std::unique_ptr<File>> SimulatedDisk::open(const Path& path, OpenMode mode) {
    std::lock_guard lock(mutex_);
    if (int error = state_->begin(DiskOperation::open)) return fail_errno(error, "opening " + path.string());
    bool creates = mode == OpenMode::create || mode == OpenMode::create_new;
    NodePtr node = state_->find(path);
    if (node && mode == OpenMode::create_new) return fail(Code::conflict, path.string() + " exists already");
    if (node && node->directory) return fail_errno(EISDIR, "opening " + path.string());
    if (!node) {
        NodePtr parent = state_->find(path.parent_path());
        if (!creates || !parent || !parent->directory) return fail_errno(ENOENT, "opening " + path.string());
        node = std::make_shared<SimulatedNode>();
        state_->change_names({{parent, path.filename().string(), node}});
    }
    return std::make_unique<SimulatedFile>(mutex_, *state_, std::move(node), path);
}

Result<void> SimulatedDisk::rename(const Path& from, const Path& to) {
    std::lock_guard lock(mutex_);
    if (int error = state_->begin(DiskOperation::rename)) return fail_errno(error, "renaming " + from.string());
    NodePtr node = state_->find(from);
    NodePtr target_parent = state_->find(to.parent_path());
    if (!node || !target_parent || !target_parent->directory) return fail_errno(ENOENT, "renaming " + from.string());
    NodePtr replaced = state_->find(to);
    if (replaced == node) return {};
    if (replaced && replaced->directory != node->directory)
        return fail_errno(replaced->directory ? EISDIR : ENOTDIR, "renaming " + from.string());
    if (replaced && !replaced->entries.empty()) return fail_errno(ENOTEMPTY, "renaming " + from.string());
    if (replaced) state_->charge(*replaced, 0);
    state_->change_names({{state_->find(from.parent_path()), from.filename().string(), nullptr},
                          {target_parent, to.filename().string(), node}});
    return {};
}

Result<void> SimulatedDisk::remove(const Path& path) {
    std::lock_guard lock(mutex_);
    if (int error = state_->begin(DiskOperation::remove)) return fail_errno(error, "removing " + path.string());
    NodePtr node = state_->find(path);
    if (!node || node == state_->root) return fail_errno(ENOENT, "removing " + path.string());
    if (!node->entries.empty()) return fail_errno(ENOTEMPTY, "removing " + path.string());
    state_->charge(*node, 0);
    state_->change_names({{state_->find(path.parent_path()), path.filename().string(), nullptr}});
    return {};
}

Result<void> SimulatedDisk::create_directories(const Path& path) {
    std::lock_guard lock(mutex_);
    if (int error = state_->begin(DiskOperation::create_directories))
        return fail_errno(error, "making directory " + path.string());
    NodePtr node = state_->root;
    for (const Path& part : path.lexically_normal().relative_path()) {
        if (part.empty() || part == ".") continue;
        NodePtr& child = node->entries[part.string()];
        if (!child) {
            auto made = std::make_shared<SimulatedNode>(SimulatedNode{.directory = true});
            state_->change_names({{node, part.string(), made}});
        }
        if (!child->directory) return fail_errno(ENOTDIR, "making directory " + path.string());
        node = child;
    }
    return {};
}

Result<std::vector<std::string>> SimulatedDisk::list(const Path& directory) {
    std::lock_guard lock(mutex_);
    if (int error = state_->begin(DiskOperation::list)) return fail_errno(error, "listing " + directory.string());
    NodePtr node = state_->find(directory);
    if (!node || !node->directory) return fail_errno(ENOENT, "listing " + directory.string());
    std::vector<std::string> names;
    for (const auto& [name, child] : node->entries) names.push_back(name);
    return names;
}

bool SimulatedDisk::exists(const Path& path) {
    std::lock_guard lock(mutex_);
    return state_->find(path) != nullptr;
}

Result<void> SimulatedDisk::sync_directory(const Path& directory) {
    std::lock_guard lock(mutex_);
    int error = state_->begin(DiskOperation::sync_directory);
    if (error != 0 && state_->power_is_off()) return fail_errno(error, "syncing directory " + directory.string());
    NodePtr node = state_->find(directory);
    if (!node || !node->directory) return fail_errno(ENOENT, "syncing directory " + directory.string());
    if (state_->is_ignored(directory, true) && error == 0) return {};
    settle(
        state_->name_changes, error == 0 ? Safety::synced : Safety::doomed,
        [&](const NameChange& change) {
            return std::ranges::any_of(change.entries, [&](const auto& entry) { return entry.directory == node; });
        },
        [](const NameChange& change) {
            for (const NameChange::Entry& entry : change.entries) {
                if (entry.target)
                    entry.directory->durable_entries[entry.name] = entry.target;
                else
                    entry.directory->durable_entries.erase(entry.name);
            }
        });
    if (error != 0) return fail_errno(error, "syncing directory " + directory.string());
    return {};
}

void SimulatedDisk::power_off_after(std::uint64_t count) {
    std::lock_guard lock(mutex_);
    state_->power_ends_at = state_->operations + count;
}

void SimulatedDisk::resume() {
    std::lock_guard lock(mutex_);
    state_->power_ends_at = UINT64_MAX;
}

std::uint64_t SimulatedDisk::operation_count() const {
    std::lock_guard lock(mutex_);
    return state_->operations;
}

void SimulatedDisk::fail_next(DiskOperation operation, std::uint64_t skip, int error_number) {
    std::lock_guard lock(mutex_);
    state_->failures.push_back({operation, skip, error_number});
}

void SimulatedDisk::set_capacity(std::uint64_t bytes) {
    std::lock_guard lock(mutex_);
    state_->capacity = bytes;
}

std::uint64_t SimulatedDisk::used() const {
    std::lock_guard lock(mutex_);
    return state_->used;
}

void SimulatedDisk::ignore_syncs(std::function<bool(const SyncCall&)> ignored) {
    std::lock_guard lock(mutex_);
    state_->ignored = std::move(ignored);
}

std::uint64_t SimulatedDisk::sync_count() const {
    std::lock_guard lock(mutex_);
    return state_->syncs;
}

}  // namespace spanreel
