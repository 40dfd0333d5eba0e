// SPDX-License-Identifier: Apache-2.0
#include "worker/sandbox.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <vector>

namespace spanreel::worker {

namespace {

constexpr rlim_t kProcessorSeconds = 20;
/// Recording goes before pictures.
constexpr int kNiceness = 10;

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SPANREEL_SHADOW_MEMORY
#endif
#endif

#ifdef SPANREEL_SHADOW_MEMORY
constexpr rlim_t kAddressSpaceBytes = RLIM_INFINITY;  // a sanitizer reserves terabytes of addresses
#else
/// Pictures of the largest size: the decoder's references, the decoded one and the sheet.
constexpr rlim_t kAddressSpaceBytes = rlim_t{2} << 30;
#endif

Result<void> limit(int resource, rlim_t most) {
    const rlimit both{.rlim_cur = most, .rlim_max = most};
    if (::setrlimit(static_cast<__rlimit_resource>(resource), &both) != 0) return fail_errno(errno, "setrlimit");
    return {};
}

Result<void> limit_resources() {
    SPANREEL_CHECK(limit(RLIMIT_AS, kAddressSpaceBytes));
    SPANREEL_CHECK(limit(RLIMIT_CPU, kProcessorSeconds));
    SPANREEL_CHECK(limit(RLIMIT_CORE, 0));
    SPANREEL_CHECK(limit(RLIMIT_FSIZE, 0));
    SPANREEL_CHECK(limit(RLIMIT_NOFILE, 0));
    return limit(RLIMIT_NPROC, 0);
}

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "name the AUDIT_ARCH of this processor: system call numbers mean nothing without it"
#endif

/// What memory, the clock, the socket and the end need. No signals: they could reach the server.
constexpr long kAllowed[] = {__NR_read,
                             __NR_write,
                             __NR_mmap,
                             __NR_munmap,
                             __NR_mremap,
                             __NR_mprotect,
                             __NR_madvise,
                             __NR_brk,
                             __NR_futex,
                             __NR_sched_yield,
                             __NR_sched_getaffinity,
                             __NR_clock_gettime,
                             __NR_rt_sigaction,
                             __NR_rt_sigprocmask,
                             __NR_rt_sigreturn,
                             __NR_sigaltstack,
                             __NR_getpid,
                             __NR_gettid,
                             __NR_exit,
                             __NR_exit_group};

sock_filter load(std::size_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
sock_filter answer(std::uint32_t value) { return BPF_STMT(BPF_RET | BPF_K, value); }
/// The next instruction when the loaded word is `value`, else the one after it.
sock_filter if_equal(std::uint32_t value) { return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1); }

Result<void> filter_system_calls() {
    std::vector<sock_filter> program{load(offsetof(seccomp_data, arch)),
                                     BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0),
                                     answer(SECCOMP_RET_KILL_PROCESS), load(offsetof(seccomp_data, nr))};
    for (const long number : kAllowed) {
        program.push_back(if_equal(static_cast<std::uint32_t>(number)));
        program.push_back(answer(SECCOMP_RET_ALLOW));
    }
    program.push_back(answer(SECCOMP_RET_ERRNO | EPERM));
    const sock_fprog filter{.len = static_cast<unsigned short>(program.size()), .filter = program.data()};
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) return fail_errno(errno, "PR_SET_SECCOMP");
    return {};
}

}  // namespace

Result<void> enter_sandbox() {
    if (::setpriority(PRIO_PROCESS, 0, kNiceness) != 0) return fail_errno(errno, "setpriority");
    SPANREEL_CHECK(limit_resources());
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail_errno(errno, "PR_SET_NO_NEW_PRIVS");
    return filter_system_calls();
}

}  // namespace spanreel::worker
