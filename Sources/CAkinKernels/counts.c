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

#define SUM(NAME, TYPE)                                                                                             \
    void NAME(                                                                                                      \
        TYPE *restrict counts, uint8_t *restrict marks, const uint32_t *restrict connectors,                        \
        const uint8_t *restrict factors, int64_t count, const int64_t *restrict offsets,                            \
        const uint32_t *restrict labels) {                                                                          \
        for (int64_t edge = 0; edge < count; edge++) {                                                              \
            if (edge + 2 * ROWS_AHEAD < count) __builtin_prefetch(offsets + connectors[edge + 2 * ROWS_AHEAD]);     \
            if (edge + ROWS_AHEAD < count) {                                                                        \
                const uint32_t *next = labels + offsets[connectors[edge + ROWS_AHEAD]];                             \
                __builtin_prefetch(next);                                                                           \
                __builtin_prefetch(next + 16);                                                                      \
                __builtin_prefetch(next + 32);                                                                      \
            }                                                                                                       \
            const int64_t end = offsets[connectors[edge] + 1];                                                      \
            const uint32_t factor = factors[edge];                                                                  \
            if (marks == 0) {                                                                                       \
                for (int64_t place = offsets[connectors[edge]]; place < end; place++)                               \
                    counts[labels[place] >> 8] += (TYPE)(factor * (labels[place] & 255));                           \
            } else {                                                                                                \
                for (int64_t place = offsets[connectors[edge]]; place < end; place++) {                             \
                    counts[labels[place] >> 8] += (TYPE)(factor * (labels[place] & 255));                           \
                    marks[labels[place] >> 14] = 1;                                                                 \
                }                                                                                                   \
            }                                                                                                       \
        }                                                                                                           \
    }

SUM(akin_sum_16, uint16_t)
SUM(akin_sum_32, uint32_t)

// Takes a block of 64 counts: those of at least `least` to `positions` and `values`, zeros in their place. The portable
// form skips eight zero bytes at a time; it also serves 32-bit counts, which hardly any node needs.
#define TAKE_BLOCK(NAME, TYPE)                                                                                      \
    static inline int64_t NAME(                                                                                     \
        TYPE *counts, int64_t block, uint32_t least, uint32_t *positions, uint32_t *values) {                       \
        int64_t taken = 0;                                                                                          \
        const int64_t step = 8 / (int64_t)sizeof(TYPE);                                                             \
        for (int64_t start = block; start < block + 64; start += step) {                                            \
            uint64_t word;                                                                                          \
            memcpy(&word, counts + start, 8);                                                                       \
            if (word == 0) continue;                                                                                \
            for (int64_t position = start; position < start + step; position++) {                                   \
                const uint32_t count = counts[position];                                                            \
                positions[taken] = (uint32_t)position;                                                              \
                values[taken] = count;                                                                              \
                taken += count >= least;                                                                            \
            }                                                                                                       \
            memset(counts + start, 0, 8);                                                                           \
        }                                                                                                           \
        return taken;                                                                                               \
    }

TAKE_BLOCK(take_block_8_default, uint8_t)
TAKE_BLOCK(take_block_16_default, uint16_t)
TAKE_BLOCK(take_block_32_default, uint32_t)

// Keeps those that reach the bound of their own position.
static inline int64_t reaching(
    const struct akin_count_scan *scan, int64_t taken, uint32_t *positions, uint32_t *values) {
    const float threshold = (float)(scan->threshold * (1 - 1e-6));
    int64_t kept = 0;
    for (int64_t hit = 0; hit < taken; hit++) {
        const uint32_t position = positions[hit];
        const uint32_t value = values[hit];
        positions[kept] = position;
        values[kept] = value;
        kept += (float)value >= threshold * scan->label_roots[position];
    }
    return kept;
}

#define SCAN(NAME, TARGET, TYPE, BLOCK)                                                                             \
    TARGET int64_t NAME(struct akin_count_scan *scan, TYPE *counts, uint32_t *positions, uint32_t *values) {        \
        const uint32_t *const blocks = scan->blocks;                                                                \
        const uint32_t *const group_of_block = scan->group_of_block;                                                \
        const int64_t count = scan->block_count;                                                                    \
        const uint32_t known = scan->degree < AKIN_KNOWN_BOUNDS ? scan->degree : AKIN_KNOWN_BOUNDS;                 \
        uint32_t least = scan->least;                                                                               \
        int64_t next = scan->next;                                                                                  \
        while (next < count) {                                                                                      \
            const uint32_t group = group_of_block[blocks == 0 ? next : blocks[next]];                               \
            if (scan->roots != 0) {                                                                                 \
                const double bound = scan->threshold * scan->roots[group];                                          \
                const uint32_t floor = bound < 4294967040.0 ? (uint32_t)bound : 4294967040u;                        \
                const uint32_t ceiling = floor + (floor < bound);                                                   \
                if (ceiling > least) least = ceiling;                                                               \
            } else if (!scan->is_entered) {                                                                         \
                const double *bounds = scan->bounds + AKIN_KNOWN_BOUNDS * (int64_t)group;                           \
                while (least <= known && bounds[least - 1] < scan->threshold) least++;                              \
                if (least > known && least <= scan->degree) {                                                       \
                    scan->is_entered = 1;                                                                           \
                    scan->group = group;                                                                            \
                    scan->least = least;                                                                            \
                    scan->next = next;                                                                              \
                    return -1;                                                                                      \
                }                                                                                                   \
            }                                                                                                       \
            scan->is_entered = 0;                                                                                   \
            int64_t taken = 0;                                                                                      \
            for (; next < count; next++) {                                                                          \
                const int64_t block = blocks == 0 ? next : blocks[next];                                            \
                if (group_of_block[block] != group) break;                                                          \
                taken += BLOCK(counts, 64 * block, least, positions + taken, values + taken);                       \
            }                                                                                                       \
            if (scan->roots != 0) taken = reaching(scan, taken, positions, values);                                 \
            if (taken > 0) {                                                                                        \
                scan->group = group;                                                                                \
                scan->least = least;                                                                                \
                scan->next = next;                                                                                  \
                return taken;                                                                                       \
            }                                                                                                       \
        }                                                                                                           \
        scan->next = next;                                                                                          \
        return 0;                                                                                                   \
    }

#define TAKE(NAME, TARGET, BLOCK)                                                                                   \
    TARGET static int64_t NAME(                                                                                     \
        uint8_t *counts, int64_t start, int64_t end, uint32_t least, uint32_t *positions, uint32_t *values) {       \
        int64_t taken = 0;                                                                                          \
        for (int64_t block = start; block < end; block += 64)                                                       \
            taken += BLOCK(counts, block, least, positions + taken, values + taken);                                \
        return taken;                                                                                               \
    }

#define ANYWHERE
TAKE(take_8_default, ANYWHERE, take_block_8_default)
static SCAN(scan_8_default, ANYWHERE, uint8_t, take_block_8_default)
static SCAN(scan_16_default, ANYWHERE, uint16_t, take_block_16_default)
SCAN(akin_scan_32, ANYWHERE, uint32_t, take_block_32_default)

static const struct akin_count_kernels kernels_default = {take_8_default, scan_8_default, scan_16_default};

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

#define TAKE_LEVEL(SUFFIX, TARGET, BLOCK, WIDE_BLOCK)                                                               \
    TARGET static inline int64_t take_block_8_##SUFFIX(                                                             \
        uint8_t *counts, int64_t block, uint32_t least, uint32_t *positions, uint32_t *values) {                    \
        uint64_t copy[8];                                                                                           \
        uint64_t bits = BLOCK(counts + block, least, copy);                                                         \
        if (least > 255) return 0;                                                                                  \
        int64_t taken = 0;                                                                                          \
        while (bits != 0) {                                                                                         \
            const int64_t offset = __builtin_ctzll(bits);                                                           \
            positions[taken] = (uint32_t)(block + offset);                                                          \
            values[taken] = ((const uint8_t *)copy)[offset];                                                        \
            taken++;                                                                                                \
            bits &= bits - 1;                                                                                       \
        }                                                                                                           \
        return taken;                                                                                               \
    }                                                                                                               \
    TARGET static inline int64_t take_block_16_##SUFFIX(                                                            \
        uint16_t *counts, int64_t block, uint32_t least, uint32_t *positions, uint32_t *values) {                   \
        uint64_t bits = least > 65535 ? 0 : WIDE_BLOCK(counts + block, least);                                      \
        int64_t taken = 0;                                                                                          \
        while (bits != 0) {                                                                                         \
            const int64_t position = block + __builtin_ctzll(bits);                                                 \
            positions[taken] = (uint32_t)position;                                                                  \
            values[taken] = counts[position];                                                                       \
            taken++;                                                                                                \
            bits &= bits - 1;                                                                                       \
        }                                                                                                           \
        memset(counts + block, 0, 128);                                                                             \
        return taken;                                                                                               \
    }                                                                                                               \
    TAKE(take_8_##SUFFIX, TARGET, take_block_8_##SUFFIX)                                                            \
    TARGET static SCAN(scan_8_##SUFFIX, , uint8_t, take_block_8_##SUFFIX)                                           \
    TARGET static SCAN(scan_16_##SUFFIX, , uint16_t, take_block_16_##SUFFIX)                                        \
    static const struct akin_count_kernels kernels_##SUFFIX = {take_8_##SUFFIX, scan_8_##SUFFIX, scan_16_##SUFFIX};

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
