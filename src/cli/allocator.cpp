// SPDX-License-Identifier: Apache-2.0
// Settings of jemalloc, which reads them by this name. Taking a span makes and frees some dozen small objects, most of
// them freed by another thread than made them: a sixth of the processor time of ingest against glibc's allocator.

/// What a burst of requests left goes back to the system within a second.
extern "C" const char* malloc_conf;
const char* malloc_conf = "dirty_decay_ms:1000,muzzy_decay_ms:0";
