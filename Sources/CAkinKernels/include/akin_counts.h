// Inner loops of counting how many connectors two nodes share.
#ifndef AKIN_COUNTS_H
#define AKIN_COUNTS_H

#include <stdint.h>

// Adds 1 to counts[labels[p]] for every p in offsets[c]..<offsets[c + 1] of every connector c. Where `marks` is not
// NULL, marks[label / 64] becomes 1 for each label met. The caller vouches for all positions, and that no count exceeds
// its type.
void akin_count_8(
    uint8_t *counts, uint8_t *marks, const uint32_t *connectors, int64_t count, const int64_t *offsets,
    const uint32_t *labels);
void akin_count_16(
    uint16_t *counts, uint8_t *marks, const uint32_t *connectors, int64_t count, const int64_t *offsets,
    const uint32_t *labels);
void akin_count_32(
    uint32_t *counts, uint8_t *marks, const uint32_t *connectors, int64_t count, const int64_t *offsets,
    const uint32_t *labels);

struct akin_count_kernels {
    // Takes the counts in start..<end that are at least `least` out of `counts`, which is zeroed there: their positions
    // and values, ascending by position. `start` and `end` are multiples of 64, `least` is at least 1, and both outputs
    // have room for end - start. Returns how many were taken.
    int64_t (*take_8)(
        uint8_t *counts, int64_t start, int64_t end, uint32_t least, uint32_t *positions, uint32_t *values);
    int64_t (*take_16)(
        uint16_t *counts, int64_t start, int64_t end, uint32_t least, uint32_t *positions, uint32_t *values);
    // As take_8, over blocks of 64 counts, ascending.
    int64_t (*take_blocks_8)(
        uint8_t *counts, const uint32_t *blocks, int64_t block_count, uint32_t least, uint32_t *positions,
        uint32_t *values);
};

// The kernels for this host, see akin_isa.h.
const struct akin_count_kernels *akin_counts(void);
// The kernels of a level (0, 3 or 4); NULL where the host or the build has none.
const struct akin_count_kernels *akin_counts_level(int level);

// As take_8, for the few nodes whose overlaps need it.
int64_t akin_take_counts_32(
    uint32_t *counts, int64_t start, int64_t end, uint32_t least, uint32_t *positions, uint32_t *values);

#endif
