#include "akin_visits.h"

#include <string.h>

#include "akin_isa.h"

typedef uint32_t words __attribute__((vector_size(64)));
typedef uint16_t halves __attribute__((vector_size(64)));

// The place of a node in the order of numbers is how many visits went to smaller ones; visits to one node share a place, and
// the next place that is taken tells how many they were. Nothing
// branches on what was visited.
#define RANK(NAME, TARGET)                                                                                          \
    TARGET static int64_t NAME(                                                                                     \
        const uint32_t *visits, int64_t count, uint32_t node, int64_t size, uint32_t *neighbors, float *shares) {   \
        _Alignas(64) uint32_t all[AKIN_VISITS_LIMIT] = {0}, places[AKIN_VISITS_LIMIT], sorted[AKIN_VISITS_LIMIT];    \
        memcpy(all, visits, (size_t)count * sizeof *visits);                                                        \
        for (int64_t block = 0; block < count; block += 16) {                                                       \
            words own, smaller = {0};                                                                               \
            memcpy(&own, all + block, sizeof own);                                                                  \
            for (int64_t other = 0; other < count; other++) smaller -= (words)(all[other] < own);                   \
            memcpy(places + block, &smaller, sizeof smaller);                                                       \
        }                                                                                                           \
        uint64_t taken[AKIN_VISITS_LIMIT / 64 + 1] = {0};                                                           \
        for (int64_t visit = 0; visit < count; visit++) {                                                           \
            const uint32_t place = places[visit];                                                                   \
            sorted[place] = all[visit];                                                                             \
            taken[place / 64] |= 1ull << place % 64;                                                                \
        }                                                                                                           \
        taken[count / 64] |= 1ull << count % 64;                                                                    \
        /* Most nodes are visited once: they are in order. The others are ranked by a key of count and order. */    \
        uint32_t once[AKIN_VISITS_LIMIT + 1], often[AKIN_VISITS_LIMIT + 1];                                         \
        _Alignas(64) uint16_t keys[AKIN_VISITS_LIMIT + 1] = {0}, ranks[AKIN_VISITS_LIMIT];                          \
        int64_t once_count = 0, often_count = 0;                                                                    \
        int64_t place = __builtin_ctzll(taken[0]);                                                                  \
        taken[0] &= taken[0] - 1;                                                                                   \
        for (int word = 0; word <= AKIN_VISITS_LIMIT / 64; word++) {                                                \
            for (uint64_t bits = taken[word]; bits != 0; bits &= bits - 1) {                                        \
                const int64_t next = 64 * word + __builtin_ctzll(bits);                                             \
                const uint32_t found = sorted[place];                                                               \
                const int64_t times = next - place;                                                                 \
                once[once_count] = often[often_count] = found;                                                      \
                keys[often_count] = (uint16_t)((AKIN_VISITS_LIMIT - times) << 8 | often_count);                     \
                once_count += (found != node) & (times == 1);                                                       \
                often_count += (found != node) & (times != 1);                                                      \
                place = next;                                                                                       \
            }                                                                                                       \
        }                                                                                                           \
        for (int64_t block = 0; block < often_count; block += 32) {                                                 \
            halves own, better = {0};                                                                               \
            memcpy(&own, keys + block, sizeof own);                                                                 \
            for (int64_t other = 0; other < often_count; other++) better -= (halves)(keys[other] < own);            \
            memcpy(ranks + block, &better, sizeof better);                                                          \
        }                                                                                                           \
        uint32_t counts[AKIN_VISITS_LIMIT];                                                                         \
        uint32_t total = 0;                                                                                         \
        for (int64_t number = 0; number < often_count; number++) {                                                  \
            neighbors[ranks[number]] = often[number];                                                               \
            counts[ranks[number]] = AKIN_VISITS_LIMIT - (uint32_t)(keys[number] >> 8);                              \
        }                                                                                                           \
        const int64_t first = often_count < size ? often_count : size;                                              \
        for (int64_t rank = 0; rank < first; rank++) total += counts[rank];                                         \
        const int64_t kept = once_count < size - first ? first + once_count : size;                                 \
        total += (uint32_t)(kept - first);                                                                          \
        for (int64_t rank = 0; rank < first; rank++) shares[rank] = (float)((double)counts[rank] / (double)total);  \
        if (kept > first) memcpy(neighbors + first, once, (size_t)(kept - first) * sizeof *once);                   \
        const float share = (float)(1 / (double)total);                                                             \
        for (int64_t rank = first; rank < kept; rank++) shares[rank] = share;                                       \
        return kept;                                                                                                \
    }

#define ANYWHERE
RANK(rank_default, ANYWHERE)

#if defined(__x86_64__)
RANK(rank_v3, __attribute__((target("avx2,bmi,bmi2"))))
RANK(rank_v4, __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi,bmi2"))))

akin_rank_visits_function akin_rank_visits_level(int level) {
    if (!akin_isa_has(level)) return 0;
    return level == 4 ? rank_v4 : level == 3 ? rank_v3 : rank_default;
}
#else
akin_rank_visits_function akin_rank_visits_level(int level) { return akin_isa_has(level) ? rank_default : 0; }
#endif

akin_rank_visits_function akin_rank_visits(void) { return akin_rank_visits_level(akin_isa_level()); }
