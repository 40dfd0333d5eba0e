// SPDX-License-Identifier: Apache-2.0
// Writes nested ISO boxes (ISO 14496-12 4.2): a box's size is filled in when its body has been written.
// Appends to a string it does not own.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"

namespace spanreel::media::mp4 {

class BoxWriter : public ByteWriter {
  public:
    using ByteWriter::ByteWriter;

    /// `body()` writes what is inside. A box stays below 4 GiB.
    template <class Body>
    void box(std::string_view type, Body&& body) {
        const std::size_t start = size();
        u32be(0);
        text(type);
        std::forward<Body>(body)();
        patch_u32be(start, static_cast<std::uint32_t>(size() - start));
    }

    template <class Body>
    void full_box(std::string_view type, std::uint8_t version, std::uint32_t flags, Body&& body) {
        box(type, [&] {
            u8(version);
            u24be(flags);
            std::forward<Body>(body)();
        });
    }
};

}  // namespace spanreel::media::mp4
