#include "akin_counts.h"

#include <string.h>

#include "akin_isa.h"

// Rows of connectors lie anywhere in memory: each is asked for some rows before its turn, and where it begins before that.
#define ROWS_AHEAD 8
#define COUNT(NAME, TYPE)                                                                                           \
    void NAME(                                                                                                      \
        TYPE *restrict counts, uint8_t *restrict marks, const uint32_t *restrict connectors, int64_t count,         \
        const int64_t *restrict offsets, const uint32_t *restrict labels) {                                         \
        for (int64_t edge = 0; edge < count; edge++) {                                                              \
            if (edge + 2 * ROWS_AHEAD < count) __builtin_prefetch(offsets + connectors[edge + 2 * ROWS_AHEAD]);     \
            if (edge + ROWS_AHEAD < count) {                                                                        \
                const uint32_t *next = labels + offsets[connectors[edge + ROWS_AHEAD]];                             \
                __builtin_prefetch(next);                                                                           \
                __builtin_prefetch(next + 16);                                                                      \
                __builtin_prefetch(next + 32);                                                                      \
            }                                                                                                       \
            const int64_t end = offsets[connectors[edge] + 1];                                                      \
            if (marks == 0) {                                                                                       \
                for (int64_t place = offsets[connectors[edge]]; place < end; place++) counts[labels[place]]++;      \
            } else {                                                                                                \
                for (int64_t place = offsets[connectors[edge]]; place < end; place++) {                             \
                    counts[labels[place]]++;                                                                        \
                    marks[labels[place] / 64] = 1;                                                                  \
                }                                                                                                   \
            }                                                                                                       \
        }                                                                                                           \
    }

COUNT(akin_count_8, uint8_t)
COUNT(akin_count_16, uint16_t)
COUNT(akin_count_32, uint32_t)

// The portable form skips eight zero bytes at a time; it also serves 32-bit counts, which hardly any node needs.
#define TAKE(NAME, TYPE)                                                                                            \
    int64_t NAME(                                                                                                   \
        TYPE *counts, int64_t start, int64_t end, uint32_t least, uint32_t *positions, uint32_t *values) {          \
        int64_t taken = 0;                                                                                          \
        const int64_t step = 8 / (int64_t)sizeof(TYPE);                                                             \
        for (int64_t block = start; block < end; block += step) {                                                   \
            uint64_t word;                                                                                          \
            memcpy(&word, counts + block, 8);                                                                       \
            if (word == 0) continue;                                                                                \
            for (int64_t position = block; position < block + step; position++) {                                   \
                const uint32_t count = counts[position];                                                            \
                positions[taken] = (uint32_t)position;                                                              \
                values[taken] = count;                                                                              \
                taken += count >= least;                                                                            \
            }                                                                                                       \
            memset(counts + block, 0, 8);                                                                           \
        }                                                                                                           \
        return taken;                                                                                               \
    }

static TAKE(take_8_default, uint8_t)
static TAKE(take_16_default, uint16_t)
TAKE(akin_take_counts_32, uint32_t)

static int64_t take_blocks_8_default(
    uint8_t *counts, const uint32_t *blocks, int64_t block_count, uint32_t least, uint32_t *positions,
    uint32_t *values) {
    int64_t taken = 0;
    for (int64_t number = 0; number < block_count; number++) {
        const int64_t start = 64 * (int64_t)blocks[number];
        taken += take_8_default(counts, start, start + 64, least, positions + taken, values + taken);
    }
    return taken;
}

static const struct akin_count_kernels kernels_default = {
    take_8_default, take_16_default, take_blocks_8_default};

#if defined(__x86_64__)
#include <immintrin.h>

// A block of 64 counts, as each level takes it: which of them are at least `least` (below 256), and zeros in their place.
#define V4 __attribute__((target("avx512f,avx512bw,bmi,bmi2")))
#define V3 __attribute__((target("avx2,bmi,bmi2")))

V4 static inline uint64_t block_v4(uint8_t *counts, uint32_t least, uint64_t copy[8]) {
    const __m512i found = _mm512_loadu_si512(counts);
    const uint64_t bits = _mm512_cmpge_epu8_mask(found, _mm512_set1_epi8((char)least));
    if (bits != 0) _mm512_storeu_si512(copy, found);
    _mm512_storeu_si512(counts, _mm512_setzero_si512());
    return bits;
}

V3 static inline uint64_t block_v3(uint8_t *counts, uint32_t least, uint64_t copy[8]) {
    const __m256i bound = _mm256_set1_epi8((char)least);
    const __m256i low = _mm256_loadu_si256((const __m256i *)counts);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(counts + 32));
    const uint64_t bits =
        (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(low, bound), low)) |
        (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(high, bound), high)) << 32;
    if (bits != 0) memcpy(copy, counts, 64);
    memset(counts, 0, 64);
    return bits;
}

// The same of 64 counts of 16 bits, `least` below 65536.
V4 static inline uint64_t wide_block_v4(uint16_t *counts, uint32_t least) {
    const __m512i bound = _mm512_set1_epi16((short)least);
    const uint64_t low = _mm512_cmpge_epu16_mask(_mm512_loadu_si512(counts), bound);
    const uint64_t high = _mm512_cmpge_epu16_mask(_mm512_loadu_si512(counts + 32), bound);
    return low | high << 32;
}

V3 static inline uint64_t wide_block_v3(uint16_t *counts, uint32_t least) {
    const __m256i bound = _mm256_set1_epi16((short)least);
    uint64_t bits = 0;
    for (int64_t half = 0; half < 2; half++) {
        const __m256i low = _mm256_loadu_si256((const __m256i *)(counts + 32 * half));
        const __m256i high = _mm256_loadu_si256((const __m256i *)(counts + 32 * half + 16));
        // Packing works within each half of a register; the order of quarters is put right after it.
        const __m256i both = _mm256_packs_epi16(
            _mm256_cmpeq_epi16(_mm256_max_epu16(low, bound), low),
            _mm256_cmpeq_epi16(_mm256_max_epu16(high, bound), high));
        bits |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_permute4x64_epi64(both, 0xD8)) << (32 * half);
    }
    return bits;
}

#define TAKE_LEVEL(SUFFIX, TARGET, BLOCK, WIDE_BLOCK)                                                                           \
    TARGET static inline int64_t take_bits_##SUFFIX(                                                                \
        uint64_t bits, const uint64_t copy[8], int64_t start, int64_t taken, uint32_t *positions,                   \
        uint32_t *values) {                                                                                         \
        while (bits != 0) {                                                                                         \
            const int64_t offset = __builtin_ctzll(bits);                                                           \
            positions[taken] = (uint32_t)(start + offset);                                                          \
            values[taken] = ((const uint8_t *)copy)[offset];                                                        \
            taken++;                                                                                                \
            bits &= bits - 1;                                                                                       \
        }                                                                                                           \
        return taken;                                                                                               \
    }                                                                                                               \
    TARGET static int64_t take_8_##SUFFIX(                                                                          \
        uint8_t *counts, int64_t start, int64_t end, uint32_t least, uint32_t *positions, uint32_t *values) {       \
        int64_t taken = 0;                                                                                          \
        uint64_t copy[8];                                                                                           \
        const uint64_t possible = least > 255 ? 0 : ~(uint64_t)0;                                                   \
        for (int64_t block = start; block < end; block += 64) {                                                     \
            const uint64_t bits = BLOCK(counts + block, least, copy) & possible;                                    \
            taken = take_bits_##SUFFIX(bits, copy, block, taken, positions, values);                                \
        }                                                                                                           \
        return taken;                                                                                               \
    }                                                                                                               \
    TARGET static int64_t take_blocks_8_##SUFFIX(                                                                   \
        uint8_t *counts, const uint32_t *blocks, int64_t block_count, uint32_t least, uint32_t *positions,          \
        uint32_t *values) {                                                                                         \
        int64_t taken = 0;                                                                                          \
        uint64_t copy[8];                                                                                           \
        const uint64_t possible = least > 255 ? 0 : ~(uint64_t)0;                                                   \
        for (int64_t number = 0; number < block_count; number++) {                                                  \
            const int64_t block = 64 * (int64_t)blocks[number];                                                     \
            const uint64_t bits = BLOCK(counts + block, least, copy) & possible;                                    \
            taken = take_bits_##SUFFIX(bits, copy, block, taken, positions, values);                                \
        }                                                                                                           \
        return taken;                                                                                               \
    }                                                                                                               \
    TARGET static int64_t take_16_##SUFFIX(                                                                         \
        uint16_t *counts, int64_t start, int64_t end, uint32_t least, uint32_t *positions, uint32_t *values) {      \
        int64_t taken = 0;                                                                                          \
        const uint64_t possible = least > 65535 ? 0 : ~(uint64_t)0;                                                 \
        for (int64_t block = start; block < end; block += 64) {                                                     \
            uint64_t bits = WIDE_BLOCK(counts + block, least) & possible;                                           \
            while (bits != 0) {                                                                                     \
                const int64_t position = block + __builtin_ctzll(bits);                                             \
                positions[taken] = (uint32_t)position;                                                              \
                values[taken] = counts[position];                                                                   \
                taken++;                                                                                            \
                bits &= bits - 1;                                                                                   \
            }                                                                                                       \
            memset(counts + block, 0, 128);                                                                         \
        }                                                                                                           \
        return taken;                                                                                               \
    }                                                                                                               \
    static const struct akin_count_kernels kernels_##SUFFIX = {                                                     \
        take_8_##SUFFIX, take_16_##SUFFIX, take_blocks_8_##SUFFIX};

TAKE_LEVEL(v3, V3, block_v3, wide_block_v3)
TAKE_LEVEL(v4, V4, block_v4, wide_block_v4)

const struct akin_count_kernels *akin_counts_level(int level) {
    if (!akin_isa_has(level)) return 0;
    return level == 4 ? &kernels_v4 : level == 3 ? &kernels_v3 : &kernels_default;
}
#else
const struct akin_count_kernels *akin_counts_level(int level) { return akin_isa_has(level) ? &kernels_default : 0; }
#endif

const struct akin_count_kernels *akin_counts(void) { return akin_counts_level(akin_isa_level()); }
