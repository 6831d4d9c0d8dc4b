// What Swift cannot say: a request for memory, and inner loops that need the processor's vector instructions. Each is chosen once per process for the host.
#ifndef CAKINKERNELS_H
#define CAKINKERNELS_H

#include <stdint.h>

#include "akin_dense.h"
#include "akin_vectors.h"

// Asks for the cache line at `address`; harmless for any address, mapped or not.
static inline __attribute__((always_inline)) void akin_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

// Takes the counts in start..<end that are at least `least` out of `counts`, which is zeroed there: their positions and
// values, ascending by position. `start` and `end` are multiples of 64, `least` is at least 1, and both outputs have
// room for end - start. Returns how many were taken.
int64_t akin_take_counts_8(
    uint8_t *counts, int64_t start, int64_t end, uint32_t least, uint32_t *positions, uint32_t *values);
int64_t akin_take_counts_16(
    uint16_t *counts, int64_t start, int64_t end, uint32_t least, uint32_t *positions, uint32_t *values);
int64_t akin_take_counts_32(
    uint32_t *counts, int64_t start, int64_t end, uint32_t least, uint32_t *positions, uint32_t *values);

#endif
