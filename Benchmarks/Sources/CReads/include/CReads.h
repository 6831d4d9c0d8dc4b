#ifndef C_READS_H
#define C_READS_H

#include <stdint.h>

/// Memory that is read at random, in words of four bytes.
struct read_place {
    const uint32_t *start;
    uint64_t count;
};

/// Reads a word of each place at random, `steps` times, asking for it 32 steps ahead: nothing waits for anything but the memory
/// itself. Gives the sum of what was read.
uint64_t read_at_random(const struct read_place *places, int count, int64_t steps, uint64_t seed);

#endif
