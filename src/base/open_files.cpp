// SPDX-License-Identifier: Apache-2.0
#include "base/open_files.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace spanreel {

std::uint64_t raise_open_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    rlimit raised{limit.rlim_max, limit.rlim_max};
    return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

std::uint64_t connections_within(std::uint64_t open_files) {
    return std::max(open_files / 2, open_files - std::min(open_files, kReservedFiles));
}

}  // namespace spanreel
