// SPDX-License-Identifier: Apache-2.0
// The compiler of store::Filter for columns: made once for a query, then asked for one block after another.
#pragma once
#include <bitset>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "store/columns/block.hpp"
#include "store/session_query.hpp"

namespace spanreel::store {

class Matcher {
  public:
    using Clock = std::chrono::steady_clock;

    /// Gives up at `deadline`.
    Matcher(Schema schema, const Filter& filter, Clock::time_point deadline);

    /// Those of `rows` that match; of no meaning when gave_up().
    RowMask match(const Block& block, const RowMask& rows) { return match(root_, block, rows); }
    bool gave_up() const { return gave_up_; }

  private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using TextSet = std::unordered_set<std::string, TextHash, std::equal_to<>>;

    /// Tells of most texts at once that they are none of a few.
    class Sieve {
      public:
        void add(std::string_view text) { bits_[slot(text)] = true; }
        bool may_have(std::string_view text) const { return bits_[slot(text)]; }

      private:
        static constexpr std::size_t kBits = 14;
        /// From the length and the last bytes, where ids of one kind differ most.
        static std::size_t slot(std::string_view text) {
            std::uint64_t tail = 0;
            const std::size_t size = std::min<std::size_t>(text.size(), sizeof(tail));
            if (size > 0) std::memcpy(&tail, text.data() + text.size() - size, size);
            return (tail + text.size()) * 0x9E37'79B9'7F4A'7C15u >> (64 - kBits);
        }

        std::bitset<1u << kBits> bits_;
    };

    /// A filter with what its rows are compared with prepared.
    struct Node {
        Filter::Kind kind = Filter::Kind::all;
        std::vector<std::size_t> columns{};  ///< those of its paths that are known
        TextSet equals{};                    ///< values that are compared whole
        std::unique_ptr<Sieve> sieve{};      ///< of `equals`
        std::vector<std::string> needles{};  ///< folded values that are looked for within a text
        std::vector<double> numbers{};       ///< sorted
        std::vector<double> dates{};         ///< sorted
        Filter::Range range{};
        std::vector<Node> children{};
    };

    Node compile(const Filter& filter) const;
    RowMask match(const Node& node, const Block& block, const RowMask& rows);
    RowMask match_column(const Node& node, const Block& block, std::size_t column, const RowMask& rows);
    RowMask match_number(const Node& node, const Block& block, std::size_t column, const RowMask& rows);
    RowMask match_shown(const Node& node, const NumberColumn& numbers, ColumnType type, const RowMask& rows);
    /// Every needle asks, and a block is small: nothing runs much longer than it may.
    bool out_of_time() { return gave_up_ = gave_up_ || Clock::now() > deadline_; }
    static bool matches_end(const Node& node, std::string_view folded);
    EntryFlags matching_entries(const Node& node, const TextDictionary& texts);

    Schema schema_;
    Node root_;
    Clock::time_point deadline_;
    bool gave_up_ = false;
};

}  // namespace spanreel::store
