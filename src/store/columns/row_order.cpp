// SPDX-License-Identifier: Apache-2.0
#include "store/columns/row_order.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

#include "store/columns/in_parts.hpp"

namespace spanreel::store {

namespace {

std::strong_ordering compare_numbers(double a, double b) {
    if (a < b) return std::strong_ordering::less;
    return a > b ? std::strong_ordering::greater : std::strong_ordering::equal;
}

std::strong_ordering reverse(std::strong_ordering order) { return 0 <=> order; }

/// Of n rows in order, a sample of s rows of them puts a row at n/s times its place in the sample, give or take a few
/// times sqrt(s) places of the sample.
constexpr std::size_t kSample = 2048;
constexpr double kDeviations = 4;

auto by(const RowOrder& order) {
    return [&order](const KeyedRow& a, const KeyedRow& b) { return order.compare(a, b) < 0; };
}

/// `places` rows, evenly spread.
std::vector<RowRef> spread(const std::vector<BlockRows>& blocks, std::size_t count, std::size_t places) {
    std::vector<RowRef> rows;
    const std::size_t step = std::max<std::size_t>(1, count / places);
    std::size_t next = step / 2, passed = 0;
    for (const BlockRows& part : blocks) {
        for (; next < passed + part.count; next += step) rows.push_back({part.block, part.rows.nth(next - passed)});
        passed += part.count;
    }
    return rows;
}

std::vector<KeyedRow> sample_of(const std::vector<BlockRows>& blocks, const RowOrder& order, std::size_t count) {
    std::vector<KeyedRow> sample;
    for (const RowRef& row : spread(blocks, count, kSample)) sample.push_back(order.keyed(row));
    std::ranges::sort(sample, by(order));
    return sample;
}

/// Rows that most likely enclose the wanted ones. Nothing: an open end.
struct Bounds {
    std::optional<KeyedRow> least, most;
};

Bounds bounds_of(const std::vector<KeyedRow>& sample, std::size_t count, std::size_t from, std::size_t to) {
    const auto size = static_cast<double>(sample.size());
    auto place = [&](std::size_t rank, double sign) {
        double share = static_cast<double>(rank) / static_cast<double>(count);
        double deviation = std::sqrt(size * share * (1 - share)) + 1;
        return share * size + sign * kDeviations * deviation;
    };
    Bounds bounds;
    double least = std::floor(place(from, -1)), most = std::ceil(place(to, +1));
    if (least >= 0) bounds.least = sample[static_cast<std::size_t>(least)];
    if (most < size) bounds.most = sample[static_cast<std::size_t>(most)];
    return bounds;
}

struct Collected {
    std::size_t below = 0;  ///< rows before `least`
    std::vector<KeyedRow> rows;
};

/// Keeps those of `rows` whose keys are neither smaller than `least` nor greater than `most`; how many were smaller.
std::size_t keep_between(const RowOrder::BlockKeys& keys, std::uint64_t least, std::uint64_t most, RowMask& rows) {
    RowFlags before, between;
    for (std::size_t row = 0; row < kBlockRows; ++row) {
        before[row] = keys[row] < least;
        between[row] = keys[row] - least <= most - least;  // least <= key <= most
    }
    RowMask smaller(before);
    smaller &= rows;
    rows &= RowMask(between);
    return smaller.count();
}

void collect_block(const BlockRows& part, const RowOrder& order, const Bounds& bounds, Collected& collected) {
    RowOrder::BlockKeys keys, second;
    order.first_keys(*part.block, keys);
    const std::uint64_t least = bounds.least ? bounds.least->first : 0;
    const std::uint64_t most = bounds.most ? bounds.most->first : UINT64_MAX;
    RowMask inside = part.rows;
    collected.below += keep_between(keys, least, most, inside);
    order.second_keys(*part.block, inside, keys, second);
    if (least == most && bounds.least && bounds.most)
        collected.below += keep_between(second, bounds.least->second, bounds.most->second, inside);
    inside.each([&](std::size_t row) {
        const KeyedRow one{keys[row], second[row], {part.block, row}};
        if (bounds.least && order.compare(one, *bounds.least) < 0)
            ++collected.below;
        else if (!bounds.most || order.compare(one, *bounds.most) <= 0)
            collected.rows.push_back(one);
    });
}

Collected collect(const std::vector<BlockRows>& blocks, const RowOrder& order, const Bounds& bounds) {
    std::vector<const BlockRows*> around;  // those that may have rows between the bounds
    Collected all;
    for (const BlockRows& part : blocks) {
        if (part.count == 0) continue;
        if (bounds.most && order.compare_all(*part.block, bounds.most->row) > 0) continue;
        if (bounds.least && order.compare_all(*part.block, bounds.least->row) < 0)
            all.below += part.count;
        else
            around.push_back(&part);
    }
    for (const Collected& some : in_parts(around.size(), [&](std::size_t begin, std::size_t end) {
             Collected collected;
             for (std::size_t i = begin; i < end; ++i) collect_block(*around[i], order, bounds, collected);
             return collected;
         })) {
        all.below += some.below;
        all.rows.insert(all.rows.end(), some.rows.begin(), some.rows.end());
    }
    return all;
}

/// The order of numbers is that of their bits, once those of negative ones are turned round.
std::uint64_t number_key(double number) {
    const auto bits = std::bit_cast<std::int64_t>(number + 0.0);  // of 0 and -0 alike
    return static_cast<std::uint64_t>(bits ^ ((bits >> 63) | INT64_MIN));
}

// The number of a text, from its highest byte: a class, the six bytes behind the prefix, and how many there were.
enum TextClass : std::uint64_t { before_prefix, with_prefix, behind_prefix, absent };
constexpr std::size_t kKeptBytes = 6;
constexpr unsigned kClassShift = 56;
constexpr std::uint64_t kBelowClass = (std::uint64_t{1} << kClassShift) - 1;

}  // namespace

TextPrefix::TextPrefix(std::string text) : text_(std::move(text)) {
    if (text_.size() > 2 * kWord) return;
    least_size_ = std::max(text_.size(), kWord);
    if (text_.size() < kWord) {
        std::memcpy(&first_, text_.data(), text_.size());
        std::memset(&first_mask_, 0xFF, text_.size());
        return;
    }
    last_at_ = text_.size() - kWord;
    first_ = word(text_, 0), last_ = word(text_, last_at_);
    first_mask_ = last_mask_ = UINT64_MAX;
}

RowOrder::RowOrder(std::vector<Key> keys) : keys_(std::move(keys)) { keys_.push_back({0, ColumnType::text, false}); }

std::strong_ordering RowOrder::compare_columns(const RowRef& a, const RowRef& b) const {
    for (const Key& key : keys_) {
        std::strong_ordering order = std::strong_ordering::equal;
        if (key.type == ColumnType::text) {
            const std::string_view text_a = a.block->text(key.column)[a.row], text_b = b.block->text(key.column)[b.row];
            if (!key.empty_is_value && text_a.empty() != text_b.empty())
                return text_b.empty() ? std::strong_ordering::less : std::strong_ordering::greater;
            order = text_a <=> text_b;
        } else {
            order =
                compare_numbers(a.block->number(key.column).values[a.row], b.block->number(key.column).values[b.row]);
        }
        if (order != 0) return key.descending ? reverse(order) : order;
    }
    return std::strong_ordering::equal;
}

std::strong_ordering RowOrder::compare_all(const Block& block, const RowRef& row) const {
    if (keys_.front().type == ColumnType::text) return std::strong_ordering::equal;
    const Key& key = keys_.front();
    const NumberColumn& column = block.number(key.column);
    const double value = row.block->number(key.column).values[row.row];
    std::strong_ordering order = std::strong_ordering::equal;
    if (column.most < value) order = std::strong_ordering::less;
    if (column.least > value) order = std::strong_ordering::greater;
    return key.descending ? reverse(order) : order;
}

void RowOrder::focus(const std::vector<BlockRows>& blocks) {
    constexpr std::size_t kLooks = 64;
    const std::vector<RowRef> rows = spread(blocks, count_of(blocks), kLooks);
    for (std::size_t level = 0; level < std::min(keys_.size(), prefixes_.size()); ++level) {
        if (keys_[level].type != ColumnType::text) continue;
        std::optional<std::string_view> prefix;
        for (const RowRef& row : rows) {
            const std::string_view text = row.block->text(keys_[level].column)[row.row];
            if (text.empty() && !keys_[level].empty_is_value) continue;
            if (!prefix) prefix = text;
            auto end = std::ranges::mismatch(*prefix, text).in1;
            prefix = prefix->substr(0, static_cast<std::size_t>(end - prefix->begin()));
        }
        prefixes_[level] = TextPrefix(std::string(prefix.value_or("")));
    }
    std::vector<std::uint64_t> firsts;
    for (const RowRef& row : rows) firsts.push_back(key(0, row));
    std::ranges::sort(firsts);
    often_equal_ = keys_.size() > 1 && std::ranges::adjacent_find(firsts) != firsts.end();
}

std::uint64_t RowOrder::text_key(std::size_t level, std::string_view text) const {
    if (text.empty() && !keys_[level].empty_is_value) return std::uint64_t{absent} << kClassShift;
    const TextPrefix& prefix = prefixes_[level];
    std::uint64_t where = behind_prefix, kept = 0;
    if (prefix.begins(text)) {
        text.remove_prefix(prefix.text().size());
        where = with_prefix;
        if (text.size() >= sizeof(kept)) {
            std::memcpy(&kept, text.data(), sizeof(kept));
            kept &= ~std::uint64_t{0} >> 16;
        } else {
            std::memcpy(&kept, text.data(), std::min(text.size(), kKeptBytes));
        }
        kept = std::byteswap(kept) >> 8 | std::min(text.size(), kKeptBytes + 1);
    } else if (text < prefix.text()) {
        where = before_prefix;
    }
    if (keys_[level].descending) return (behind_prefix - where) << kClassShift | (kept ^ kBelowClass);
    return where << kClassShift | kept;
}

std::uint64_t RowOrder::key(std::size_t level, const RowRef& row) const {
    const Key& key = keys_[level];
    if (key.type == ColumnType::text) return text_key(level, row.block->text(key.column)[row.row]);
    const std::uint64_t number = number_key(row.block->number(key.column).values[row.row]);
    return key.descending ? ~number : number;
}

/// Whether rows with this number have equal values.
bool RowOrder::says_all(std::size_t level, std::uint64_t key) const {
    if (keys_[level].type != ColumnType::text || key >> kClassShift == absent) return true;
    if (keys_[level].descending) key ^= kBelowClass;
    return key >> kClassShift == with_prefix && (key & 0xFF) <= kKeptBytes;
}

std::uint64_t RowOrder::second_key(const RowRef& row, std::uint64_t first) const {
    return often_equal_ && says_all(0, first) ? key(1, row) : 0;
}

KeyedRow RowOrder::keyed(const RowRef& row) const {
    const std::uint64_t first = key(0, row);
    return {first, second_key(row, first), row};
}

void RowOrder::second_keys(const Block& block, const RowMask& rows, const BlockKeys& first, BlockKeys& keys) const {
    constexpr std::size_t kFew = kBlockRows / 8;  // a column is read faster as a whole than many of its rows
    if (!often_equal_ || rows.count() <= kFew) {
        rows.each([&](std::size_t row) { keys[row] = second_key({&block, row}, first[row]); });
        return;
    }
    column_keys(1, block, keys);
    for (std::size_t row = 0; row < kBlockRows; ++row) keys[row] = says_all(0, first[row]) ? keys[row] : 0;
}

void RowOrder::column_keys(std::size_t level, const Block& block, BlockKeys& keys) const {
    const Key& key = keys_[level];
    if (key.type == ColumnType::text) {
        const TextColumn& column = block.text(key.column);
        if (column.texts.size() > kBlockRows / 4) {
            for (std::size_t row = 0; row < kBlockRows; ++row) keys[row] = text_key(level, column[row]);
            return;
        }
        BlockKeys of_entries;
        for (std::uint32_t entry = 0; entry < column.texts.size(); ++entry)
            of_entries[entry] = text_key(level, column.texts[entry]);
        for (std::size_t row = 0; row < kBlockRows; ++row) keys[row] = of_entries[column.entries[row]];
    } else {
        const NumberColumn& column = block.number(key.column);
        const std::uint64_t turn = key.descending ? UINT64_MAX : 0;
        for (std::size_t row = 0; row < kBlockRows; ++row) keys[row] = number_key(column.values[row]) ^ turn;
    }
}

namespace {

/// Rows number `from` to before `to` of those collected, in order.
std::vector<RowRef> in_order(std::vector<KeyedRow>& rows, const RowOrder& order, std::size_t from, std::size_t to) {
    const auto first = rows.begin() + static_cast<std::ptrdiff_t>(from);
    const auto last = rows.begin() + static_cast<std::ptrdiff_t>(to);
    std::ranges::nth_element(rows, first, by(order));
    std::ranges::partial_sort(first, last, rows.end(), by(order));
    std::vector<RowRef> wanted;
    for (auto row = first; row != last; ++row) wanted.push_back(row->row);
    return wanted;
}

/// The cursor, and a row so far from it that `count` rows most likely lie between.
Bounds bounds_beyond(const std::vector<KeyedRow>& sample, const RowOrder& order, const KeyedRow& cursor,
                     std::size_t rows, std::size_t count, bool before) {
    const double share = static_cast<double>(count) * static_cast<double>(sample.size()) / static_cast<double>(rows);
    const auto steps = static_cast<std::ptrdiff_t>(std::ceil(share + kDeviations * (std::sqrt(share) + 1)));
    if (before) {
        const auto here = std::ranges::lower_bound(sample, cursor, by(order));
        if (here - sample.begin() < steps) return {.least = {}, .most = cursor};
        return {.least = *(here - steps), .most = cursor};
    }
    const auto here = std::ranges::upper_bound(sample, cursor, by(order));
    if (sample.end() - here <= steps) return {.least = cursor, .most = {}};
    return {.least = cursor, .most = *(here + steps)};
}

/// Without the cursor and rows on its other side.
Collected collect_beyond(const std::vector<BlockRows>& blocks, const RowOrder& order, const Bounds& bounds,
                         const KeyedRow& cursor, bool before) {
    Collected collected = collect(blocks, order, bounds);
    std::erase_if(collected.rows, [&](const KeyedRow& row) {
        return before ? order.compare(row, cursor) >= 0 : order.compare(row, cursor) <= 0;
    });
    return collected;
}

}  // namespace

std::vector<RowRef> rows_at(const std::vector<BlockRows>& blocks, const RowOrder& order, std::size_t from,
                            std::size_t to) {
    if (from >= to) return {};
    const std::size_t count = count_of(blocks);
    Bounds bounds;
    if (count > 4 * kSample) bounds = bounds_of(sample_of(blocks, order, count), count, from, to);
    Collected collected = collect(blocks, order, bounds);
    if (collected.below > from || collected.below + collected.rows.size() < to)  // an unlikely sample
        collected = collect(blocks, order, {});
    return in_order(collected.rows, order, from - collected.below, to - collected.below);
}

RowsBeyond rows_beyond(const std::vector<BlockRows>& blocks, const RowOrder& order, const RowRef& cursor,
                       std::size_t count, bool before) {
    const std::size_t all = count_of(blocks);
    const KeyedRow border = order.keyed(cursor);
    Bounds bounds;
    if (all > 4 * kSample) bounds = bounds_beyond(sample_of(blocks, order, all), order, border, all, count, before);
    Collected collected = collect_beyond(blocks, order, bounds, border, before);
    if (collected.rows.size() <= count && bounds.least && bounds.most)  // an unlikely sample
        collected = collect_beyond(blocks, order, {}, border, before);
    const std::size_t found = collected.rows.size(), wanted = std::min(found, count);
    if (before) return {in_order(collected.rows, order, found - wanted, found), collected.below + found < all};
    return {in_order(collected.rows, order, 0, wanted), found > count};
}

}  // namespace spanreel::store
