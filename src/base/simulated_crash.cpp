// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <random>
#include <unordered_map>

#include "base/simulated_disk.hpp"
#include "base/simulated_disk_state.hpp"

namespace spanreel {

namespace {

constexpr std::uint64_t kSector = 512;

/// One power loss: decides the fate of everything that was not safe.
class PowerLoss {
  public:
    explicit PowerLoss(std::uint64_t seed) : random_(seed) {
        // From nothing kept to all kept; half of the crashes tear what they do not keep.
        constexpr std::array<double, 5> kKeep{0, 0.1, 0.5, 0.9, 1};
        keep_ = kKeep[random_() % kKeep.size()];
        tear_ = random_() % 2 == 0 ? 0 : 0.5;
        journal_ = random_() % 2 == 0;
    }

    /// The names that last, and below them the files as they last.
    NodePtr restore(const SimulatedDisk::State& before) {
        for (const NameChange& change : surviving(before.name_changes))
            for (const NameChange::Entry& entry : change.entries) set_name(entry);
        return copy(*before.root);
    }

    std::uint64_t total_size() const { return total_size_; }

  private:
    using Entries = std::map<std::string, NodePtr>;

    bool chance(double probability) { return static_cast<double>(random_() >> 11) * 0x1p-53 < probability; }

    std::vector<NameChange> surviving(const std::deque<NameChange>& changes) {
        std::size_t journal_end = changes.size();
        if (journal_ && keep_ < 1) journal_end = keep_ == 0 ? 0 : random_() % (changes.size() + 1);
        std::vector<NameChange> kept;
        for (std::size_t i = 0; i < changes.size(); ++i) {
            bool lasts = journal_ ? i < journal_end : chance(keep_);
            if (lasts || changes[i].safety == Safety::synced) kept.push_back(changes[i]);
        }
        return kept;
    }

    Entries& entries_of(const NodePtr& directory) {
        return entries_.try_emplace(directory.get(), directory->durable_entries).first->second;
    }

    void set_name(const NameChange::Entry& entry) {
        if (!entry.target) {
            entries_of(entry.directory).erase(entry.name);
            return;
        }
        // A rename whose predecessor was lost: the file has one name, the newer.
        if (auto old = placed_.find(entry.target.get()); old != placed_.end()) {
            Entries& names = entries_of(old->second.directory);
            auto found = names.find(old->second.name);
            if (found != names.end() && found->second == entry.target) names.erase(found);
        }
        entries_of(entry.directory)[entry.name] = entry.target;
        placed_[entry.target.get()] = entry;
    }

    NodePtr copy(const SimulatedNode& node) {
        auto out = std::make_shared<SimulatedNode>();
        out->directory = node.directory;
        if (node.directory) {
            auto changed = entries_.find(&node);
            for (const auto& [name, child] : changed == entries_.end() ? node.durable_entries : changed->second)
                out->durable_entries[name] = copy(*child);
            out->entries = out->durable_entries;
        } else {
            out->content = content_of(node);
            out->durable = out->content;
            out->charged = out->content.size();
            total_size_ += out->charged;
        }
        return out;
    }

    SimulatedContent content_of(const SimulatedNode& node) {
        SimulatedContent content = node.durable;
        for (const DataChange& change : node.changes) {
            bool lasts = change.safety == Safety::synced || chance(keep_);
            if (change.truncate) {
                if (lasts) content.resize(change.offset);
            } else if (lasts) {
                content.write(change.offset, as_bytes(change.bytes));
            } else if (chance(tear_)) {
                tear(content, change);
            }
        }
        return content;
    }

    void tear(SimulatedContent& content, const DataChange& change) {
        std::uint64_t end = change.offset + change.bytes.size();
        if (chance(0.5)) content.resize(std::max(content.size(), end));
        for (std::uint64_t at = change.offset; at < end;) {
            std::uint64_t next = std::min(end, (at / kSector + 1) * kSector);
            std::string sector = change.bytes.substr(at - change.offset, next - at);
            std::uint64_t fate = random_() % 8;
            if (fate == 0) std::ranges::fill(sector, '\0');
            if (fate == 1) std::ranges::generate(sector, [this] { return static_cast<char>(random_()); });
            if (fate < 5) content.write(at, as_bytes(sector));
            at = next;
        }
    }

    std::mt19937_64 random_;
    double keep_ = 0;
    double tear_ = 0;
    bool journal_ = false;
    std::uint64_t total_size_ = 0;
    std::unordered_map<const SimulatedNode*, Entries> entries_;
    std::unordered_map<const SimulatedNode*, NameChange::Entry> placed_;
};

}  // namespace

std::unique_ptr<SimulatedDisk> SimulatedDisk::crash(std::uint64_t seed) const {
    std::lock_guard lock(mutex_);
    PowerLoss loss(seed);
    auto after = std::make_unique<State>();
    after->root = loss.restore(*state_);
    after->capacity = state_->capacity;
    after->used = loss.total_size();
    return std::unique_ptr<SimulatedDisk>(new SimulatedDisk(std::move(after)));
}

}  // namespace spanreel
