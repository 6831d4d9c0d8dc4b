#include "CReads.h"

#define AHEAD 32
#define PLACES 4

uint64_t read_at_random(const struct read_place *places, int count, int64_t steps, uint64_t seed) {
    const uint32_t *asked[AHEAD][PLACES];
    for (int step = 0; step < AHEAD; step++)
        for (int place = 0; place < PLACES; place++) asked[step][place] = places[0].start;
    uint64_t sum = 0, state = seed;
    for (int64_t step = 0; step < steps; step++) {
        const uint32_t **turn = asked[step % AHEAD];
        for (int place = 0; place < PLACES && place < count; place++) {
            sum += *turn[place];
            uint64_t z = state += 0x9E3779B97F4A7C15ull;
            z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
            z = (z ^ z >> 27) * 0x94D049BB133111EBull;
            turn[place] = places[place].start + (((z ^ z >> 31) >> 32) * places[place].count >> 32);
            // To the second level of the cache, where more can be under way than to the first.
            __builtin_prefetch(turn[place], 0, 2);
        }
    }
    return sum;
}
