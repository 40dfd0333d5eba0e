// SPDX-License-Identifier: Apache-2.0
// Values that are costly to make and never change: made once for all who ask at a time, shared while anybody holds
// them, and kept beyond that up to a number of bytes. Any thread; who asks for a value that is being made waits.
#pragma once
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/error.hpp"

namespace spanreel::live {

template <class Value>
class SharedCache {
  public:
    using Shared = std::shared_ptr<const Value>;

    explicit SharedCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    /// `make` gives a Result<Value>, `bytes_of` what a value takes. A failure is not kept.
    template <class Make, class BytesOf>
    Result<Shared> get(const std::string& key, Make make, BytesOf bytes_of) {
        const std::shared_ptr<Slot> slot = slot_of(key);
        std::lock_guard making(slot->making);
        if (Shared value = slot->value.lock()) {
            keep(slot, value, bytes_of(*value));
            return value;
        }
        SPANREEL_TRY(Value made, make());
        auto value = std::make_shared<const Value>(std::move(made));
        slot->value = value;
        keep(slot, value, bytes_of(*value));
        return value;
    }

    std::size_t kept_bytes() const {
        std::lock_guard lock(mutex_);
        return kept_bytes_;
    }

  private:
    struct Slot;
    struct Kept {
        std::shared_ptr<Slot> slot;
        Shared value;
        std::size_t bytes = 0;
    };
    struct Slot {
        std::mutex making;
        std::weak_ptr<const Value> value;                        ///< with `making`
        std::optional<typename std::list<Kept>::iterator> kept;  ///< with `mutex_`
    };
    /// Slots of values that are neither kept nor held are removed when there are this many more than kept ones.
    static constexpr std::size_t kLooseSlots = 256;

    std::shared_ptr<Slot> slot_of(const std::string& key) {
        std::lock_guard lock(mutex_);
        if (slots_.size() > kept_.size() + kLooseSlots)  // nobody makes the value of a slot with one owner
            std::erase_if(slots_, [](const auto& entry) {
                return entry.second.use_count() == 1 && entry.second->value.expired();
            });
        auto& slot = slots_[key];
        if (!slot) slot = std::make_shared<Slot>();
        return slot;
    }

    void keep(const std::shared_ptr<Slot>& slot, Shared value, std::size_t bytes) {
        std::list<Kept> dropped;  // destroyed after the lock is gone
        std::lock_guard lock(mutex_);
        if (slot->kept) return kept_.splice(kept_.begin(), kept_, *slot->kept);
        if (bytes > most_bytes_) return;
        kept_.push_front({slot, std::move(value), bytes});
        slot->kept = kept_.begin();
        kept_bytes_ += bytes;
        while (kept_bytes_ > most_bytes_) {
            kept_bytes_ -= kept_.back().bytes;
            kept_.back().slot->kept.reset();
            dropped.splice(dropped.begin(), kept_, std::prev(kept_.end()));
        }
    }

    const std::size_t most_bytes_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<Slot>> slots_;  ///< of what is kept, held or being made
    std::list<Kept> kept_;                                          ///< the last used first
    std::size_t kept_bytes_ = 0;
};

}  // namespace spanreel::live
