// SPDX-License-Identifier: Apache-2.0
// The console: the files of web/, which the build puts into the program. They say nothing about anybody, so they need
// no key; the page asks for one and sends it with its calls.
#pragma once
#include <string_view>

#include "net/router.hpp"

namespace spanreel::api::spanreel {

/// A file of web/. embed.cmake writes the list of them.
struct ConsoleFile {
    std::string_view name;
    std::string_view content_type;
    std::string_view etag;  ///< of the content, quoted
    std::string_view content;
};

void add_console(net::Router& router);

}  // namespace spanreel::api::spanreel
