// SPDX-License-Identifier: Apache-2.0
// The insides of SimulatedDisk: what a running program sees, what is safe, and the list of changes in between.
// Guarded by SimulatedDisk's mutex.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/simulated_disk.hpp"

namespace spanreel {

/// File content in pages shared between copies; a page that is absent is zero.
class SimulatedContent {
  public:
    std::uint64_t size() const { return size_; }
    void resize(std::uint64_t size);
    /// Grows the content when needed.
    void write(std::uint64_t offset, ByteView bytes);
    std::size_t read(std::uint64_t offset, std::span<std::uint8_t> into) const;

  private:
    static constexpr std::uint64_t kPage = 4096;
    using Page = std::array<std::uint8_t, kPage>;

    std::uint64_t size_ = 0;
    std::vector<std::shared_ptr<Page>> pages_;
};

enum class Safety : std::uint8_t {
    open,    ///< a sync would cover it
    doomed,  ///< a sync failed on it: no later one covers it
    synced,  ///< covered, but waiting behind a doomed one for its turn
};

struct SimulatedNode;
using NodePtr = std::shared_ptr<SimulatedNode>;

/// A change of a file: a write, or a truncate to `offset`.
struct DataChange {
    bool truncate = false;
    std::uint64_t offset = 0;
    std::string bytes{};
    Safety safety = Safety::open;
};

/// A file or a directory.
struct SimulatedNode {
    bool directory = false;
    SimulatedContent content;  ///< files: as programs see it
    SimulatedContent durable;
    std::deque<DataChange> changes;  ///< from `durable` to `content`
    std::uint64_t charged = 0;       ///< bytes counted against the capacity

    std::map<std::string, NodePtr> entries;  ///< directories: as programs see it
    std::map<std::string, NodePtr> durable_entries;
};

/// Names that change together; an absent target removes the name.
struct NameChange {
    struct Entry {
        NodePtr directory;
        std::string name;
        NodePtr target;
    };
    std::vector<Entry> entries;
    Safety safety = Safety::open;
};

struct PlannedFailure {
    DiskOperation operation;
    std::uint64_t skip = 0;
    int error_number = 0;
};

struct SimulatedDisk::State {
    NodePtr root = std::make_shared<SimulatedNode>(SimulatedNode{.directory = true});
    std::deque<NameChange> name_changes;  ///< of all directories, in order

    std::uint64_t operations = 0;
    std::uint64_t power_ends_at = UINT64_MAX;
    std::vector<PlannedFailure> failures;
    std::uint64_t capacity = UINT64_MAX;
    std::uint64_t used = 0;
    std::uint64_t syncs = 0;
    std::function<bool(const SyncCall&)> ignored;

    bool power_is_off() const { return operations >= power_ends_at; }
    /// Counts the operation; an error number when it must fail.
    int begin(DiskOperation operation);
    /// Null when absent.
    NodePtr find(const Path& path) const;
    void change_names(std::vector<NameChange::Entry> entries);
    /// Makes the node's share of the capacity `bytes`; false when the disk is full.
    bool charge(SimulatedNode& node, std::uint64_t bytes);
    /// Counts a sync; true when it must do nothing.
    bool is_ignored(const Path& path, bool directory);
};

}  // namespace spanreel
