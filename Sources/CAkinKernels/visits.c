#include "akin_visits.h"

#include <string.h>

#include "akin_isa.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef uint32_t words __attribute__((vector_size(64)));
typedef uint16_t halves __attribute__((vector_size(64)));

// Were it a constant, compilers would make three instructions of the two that compare and add under a mask.
static volatile const uint32_t known_one = 1;

// A bit for each of eight bytes that are 0 or 1, the first byte in memory lowest.
static inline __attribute__((always_inline)) uint64_t bits_of(uint64_t bytes) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    return bytes * 0x0102040810204080ull >> 56;
}

// The place of a node in the order of numbers is how many visits went to smaller ones; visits to one node share a place,
// and the next place that is taken tells how many they were. Nothing branches on what was visited.
#define RANK(NAME, TARGET, ADD_SMALLER)                                                                             \
    TARGET static int64_t NAME(                                                                                     \
        const uint32_t *visits, int64_t count, uint32_t node, int64_t size, uint32_t *neighbors, float *shares) {   \
        _Alignas(64) uint32_t all[AKIN_VISITS_LIMIT] = {0}, places[AKIN_VISITS_LIMIT], sorted[AKIN_VISITS_LIMIT];    \
        memcpy(all, visits, (size_t)count * sizeof *visits);                                                        \
        const words one = (words){0} + (uint32_t)known_one;                                                         \
        for (int64_t block = 0; block < count; block += 32) {                                                       \
            words own[2], smaller[2] = {{0}, {0}};                                                                  \
            memcpy(own, all + block, sizeof own);                                                                   \
            for (int64_t other = 0; other < count; other++) {                                                       \
                ADD_SMALLER(smaller[0], all[other], own[0], one);                                                   \
                ADD_SMALLER(smaller[1], all[other], own[1], one);                                                   \
            }                                                                                                       \
            memcpy(places + block, smaller, sizeof smaller);                                                        \
        }                                                                                                           \
        uint64_t marks[AKIN_VISITS_LIMIT / 8 + 1] = {0}, taken[AKIN_VISITS_LIMIT / 64 + 1] = {0};                   \
        for (int64_t visit = 0; visit < count; visit++) {                                                           \
            const uint32_t place = places[visit];                                                                   \
            sorted[place] = all[visit];                                                                             \
            ((uint8_t *)marks)[place] = 1;                                                                          \
        }                                                                                                           \
        ((uint8_t *)marks)[count] = 1;                                                                              \
        for (int64_t byte = 0; byte <= count / 8; byte++) taken[byte / 8] |= bits_of(marks[byte]) << byte % 8 * 8;  \
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
// Adds 1 where `value` is below what a lane has.
#define BY_VECTOR(COUNTS, VALUE, LANES, ONE) COUNTS -= (words)(VALUE < LANES), (void)ONE
RANK(rank_default, ANYWHERE, BY_VECTOR)

#if defined(__x86_64__)
RANK(rank_v3, __attribute__((target("avx2,bmi,bmi2"))), BY_VECTOR)
#define BY_MASK(COUNTS, VALUE, LANES, ONE)                                                                          \
    COUNTS = (words)_mm512_mask_add_epi32(                                                                          \
        (__m512i)COUNTS, _mm512_cmplt_epu32_mask(_mm512_set1_epi32((int)(VALUE)), (__m512i)LANES), (__m512i)COUNTS, \
        (__m512i)ONE)
RANK(rank_v4, __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi,bmi2"))), BY_MASK)

akin_rank_visits_function akin_rank_visits_level(int level) {
    if (!akin_isa_has(level)) return 0;
    return level == 4 ? rank_v4 : level == 3 ? rank_v3 : rank_default;
}
#else
akin_rank_visits_function akin_rank_visits_level(int level) { return akin_isa_has(level) ? rank_default : 0; }
#endif

akin_rank_visits_function akin_rank_visits(void) { return akin_rank_visits_level(akin_isa_level()); }
