// What Swift cannot say: a request for memory, and inner loops that need the processor's vector instructions. Each is chosen once per process for the host.
#ifndef CAKINKERNELS_H
#define CAKINKERNELS_H

#include <stdint.h>

#include "akin_counts.h"
#include "akin_dense.h"
#include "akin_vectors.h"
#include "akin_isa.h"
#include "akin_lanes.h"
#include "akin_memory.h"
#include "akin_pairs.h"
#include "akin_text.h"

// Asks for the cache line at `address`; harmless for any address, mapped or not.
static inline __attribute__((always_inline)) void akin_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

#endif
