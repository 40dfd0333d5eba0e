// SPDX-License-Identifier: Apache-2.0
// What a thread is called in `top -H`, in profilers and in core files.
#pragma once
#include <pthread.h>

namespace spanreel {

/// 15 characters at most (pthread_setname_np(3)); the kernel refuses a longer one and nothing happens.
inline void name_this_thread(const char* name) { ::pthread_setname_np(::pthread_self(), name); }

}  // namespace spanreel
