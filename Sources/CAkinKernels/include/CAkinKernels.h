// What Swift cannot say: a request for memory, and inner loops that need the processor's vector instructions. Each is chosen once per process for the host.
#ifndef CAKINKERNELS_H
#define CAKINKERNELS_H

#include <stdint.h>

#include "akin_counts.h"
#include "akin_dense.h"
#include "akin_vectors.h"
#include "akin_isa.h"
#include "akin_lanes.h"
#include "akin_links.h"
#include "akin_memory.h"
#include "akin_pairs.h"
#include "akin_rows.h"
#include "akin_text.h"
#include "akin_visits.h"
#include "akin_walks.h"

// Asks for the cache line at `address`; harmless for any address, mapped or not.
static inline __attribute__((always_inline)) void akin_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

// The same as far as the second level of the cache. Such requests do not hold the few places that the first level has for
// lines on their way, so more of them are under way at a time; for what is read some time later, by one of many in turns.
static inline __attribute__((always_inline)) void akin_prefetch_early(const void *address) {
    __builtin_prefetch(address, 0, 2);
}

#endif
