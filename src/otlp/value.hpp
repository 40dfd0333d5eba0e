// SPDX-License-Identifier: Apache-2.0
// Attribute values as OTLP sends them (opentelemetry-proto common/v1), read in place: nothing is copied and nothing
// nested is parsed before it is walked. Views live as long as the bytes they were made from. Walking never throws;
// it ends at the first malformed byte, which decode() has refused already.
#pragma once
#include <protozero/pbf_reader.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace spanreel::otlp {

enum class ValueType : std::uint8_t { none, text, boolean, integer, real, bytes, array, map };

/// One AnyValue. `data` holds the text or bytes, or the raw ArrayValue or KeyValueList message.
struct Value {
    ValueType type = ValueType::none;
    bool boolean = false;
    std::int64_t integer = 0;
    double real = 0;
    std::string_view data{};
};

struct Attribute {
    std::string_view key;
    Value value;
};

/// The AnyValue in `message`; type none when it is empty or malformed.
Value parse_value(std::string_view message);
/// The KeyValue in `message`.
Attribute parse_attribute(std::string_view message);

/// Goes through the sub-messages with one field number.
class MessageWalker {
  public:
    MessageWalker(std::string_view message, std::uint32_t field)
        : reader_(message.data(), message.size()), field_(field) {}
    /// False at the end and at malformed bytes.
    bool next(std::string_view& into) noexcept;

  private:
    protozero::pbf_reader reader_;
    std::uint32_t field_;
};

/// A range for `for (T item : range)` over sub-messages of `message`.
template <class T, T (*parse)(std::string_view)>
class Walk {
  public:
    class iterator {
      public:
        using value_type = T;
        using difference_type = std::ptrdiff_t;

        explicit iterator(MessageWalker walker) : walker_(walker) { ++*this; }
        const T& operator*() const { return item_; }
        const T* operator->() const { return &item_; }
        iterator& operator++() {
            std::string_view message;
            more_ = walker_.next(message);
            if (more_) item_ = parse(message);
            return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const { return !more_; }

      private:
        MessageWalker walker_;
        T item_{};
        bool more_ = false;
    };

    Walk(std::string_view message, std::uint32_t field) : message_(message), field_(field) {}
    iterator begin() const { return iterator(MessageWalker(message_, field_)); }
    std::default_sentinel_t end() const { return {}; }

  private:
    std::string_view message_;
    std::uint32_t field_;
};

using Attributes = Walk<Attribute, parse_attribute>;
using Values = Walk<Value, parse_value>;

/// The elements of an array value; nothing for any other type.
Values elements(const Value& array);
/// The entries of a map value; nothing for any other type.
Attributes entries(const Value& map);

}  // namespace spanreel::otlp
