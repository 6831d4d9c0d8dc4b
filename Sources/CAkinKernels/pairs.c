#include "akin_pairs.h"

#include <string.h>

#include "akin_isa.h"

// Rows lie anywhere in memory: each is asked for this many rows before its turn.
#define ROWS_AHEAD 12
#define CURSORS_AHEAD 16

void akin_pairs_place(
    const int64_t *restrict offsets, const int64_t *restrict places, int64_t label_count,
    const uint32_t *restrict connectors, uint32_t first, uint32_t end, uint32_t *restrict cursors,
    const uint32_t *restrict rows, uint32_t *restrict labels, uint32_t *restrict starts, int64_t *restrict behind,
    int64_t *restrict beside) {
    const uint32_t width = end - first;
    for (int64_t label = 0; label < label_count; label++) {
        const uint32_t *const own = connectors + places[label];
        const int64_t count = offsets[label + 1] - offsets[label];
        if (label + 2 < label_count) __builtin_prefetch(connectors + places[label + 2]);
        // The first connectors of the next label are asked for with the last ones of this.
        const uint32_t *const next = label + 1 < label_count ? connectors + places[label + 1] - count : own;
        const int64_t next_end = label + 1 < label_count ? count + offsets[label + 2] - offsets[label + 1] : count;
        int64_t later = 0;
        int64_t others = 0;
        for (int64_t edge = 0; edge < count; edge++) {
            const int64_t asked = edge + CURSORS_AHEAD;
            if (asked < next_end) {
                const uint32_t ahead = (asked < count ? own[asked] : next[asked]) - first;
                if (ahead < width) {
                    __builtin_prefetch(cursors + ahead, 1);
                    __builtin_prefetch(rows + ahead);
                }
            }
            const uint32_t connector = own[edge] - first;
            if (connector >= width) continue;
            const uint32_t place = cursors[connector];
            const uint32_t spare = rows[connector + 1] - 1;
            if (place >= spare) continue;
            cursors[connector] = place + 1;
            labels[place] = (uint32_t)label;
            starts[offsets[label] + edge] = place + 1;
            later += spare - 1 - place;
            others += spare - 1 - rows[connector];
        }
        behind[label] += later;
        beside[label] += others;
    }
}

// Asks for a row ahead of its turn, then reads that of `row`, label by label.
#define FOR_ROW(EACH)                                                                                               \
    do {                                                                                                            \
        if (row + ROWS_AHEAD < available) {                                                                         \
            const uint32_t *ahead = labels + starts[row + ROWS_AHEAD];                                              \
            __builtin_prefetch(ahead);                                                                              \
            __builtin_prefetch(ahead + 16);                                                                         \
        }                                                                                                           \
        const uint32_t *next = labels + starts[row];                                                                \
        uint32_t label;                                                                                             \
        while ((label = *next++) != AKIN_PAIRS_END) EACH                                                            \
    } while (0)

void akin_pairs_count_8(
    uint8_t *restrict counts, uint8_t *restrict marks, const uint32_t *restrict starts, int64_t count,
    int64_t available, const uint32_t *restrict labels) {
    if (marks == 0) {
        for (int64_t row = 0; row < count; row++) FOR_ROW({ counts[label]++; });
    } else {
        for (int64_t row = 0; row < count; row++) FOR_ROW({
            counts[label]++;
            marks[label / 64] = 1;
        });
    }
}

void akin_pairs_count_32(
    uint32_t *restrict counts, const uint32_t *restrict starts, int64_t count, int64_t available,
    const uint32_t *restrict labels) {
    for (int64_t row = 0; row < count; row++) FOR_ROW({ counts[label]++; });
}

// Looks at a block of 64 counts and zeroes it; `own` is the least count that the list of the row may take.
static inline int64_t take_block_8_default(
    const struct akin_pairs_scan *scan, uint8_t *counts, int64_t block, uint32_t own, uint32_t *positions,
    uint32_t *values) {
    int64_t taken = 0;
    for (int64_t start = 64 * block; start < 64 * block + 64; start += 8) {
        uint64_t word;
        memcpy(&word, counts + start, 8);
        if (word == 0) continue;
        for (int64_t position = start; position < start + 8; position++) {
            const uint32_t count = counts[position];
            positions[taken] = (uint32_t)position;
            values[taken] = count;
            taken += (count >= scan->needs[position]) | (count >= own);
        }
        memset(counts + start, 0, 8);
    }
    return taken;
}

int64_t akin_pairs_scan_32(
    const struct akin_pairs_scan *scan, uint32_t *counts, uint32_t *positions, uint32_t *values) {
    int64_t taken = 0;
    int64_t group = scan->group;
    for (int64_t block = scan->first; block < scan->end; block++) {
        while (block >= scan->group_ends[group]) group++;
        const uint32_t own = scan->own_needs[group];
        uint32_t *const start = counts + 64 * block;
        const uint8_t *const needs = scan->needs + 64 * block;
        for (int64_t part = 0; part < 64; part += 16) {
            // Without a branch, so that the compiler may look at several at once.
            uint32_t found = 0;
            for (int64_t offset = part; offset < part + 16; offset++)
                found |= (uint32_t)(start[offset] >= needs[offset]) | (uint32_t)(start[offset] >= own);
            if (found != 0) {
                for (int64_t offset = part; offset < part + 16; offset++) {
                    if (start[offset] < needs[offset] && start[offset] < own) continue;
                    positions[taken] = (uint32_t)(64 * block + offset);
                    values[taken] = start[offset];
                    taken++;
                }
            }
            memset(start + part, 0, 16 * sizeof(uint32_t));
        }
    }
    return taken;
}

// All blocks, or those that are marked; marks are looked at 64 at a time.
#define SCAN_8(NAME, TARGET, MARKED, BLOCK)                                                                         \
    TARGET static int64_t NAME(                                                                                     \
        const struct akin_pairs_scan *scan, uint8_t *counts, uint8_t *marks, uint32_t *positions,                   \
        uint32_t *values) {                                                                                         \
        int64_t taken = 0;                                                                                          \
        int64_t group = scan->group;                                                                                \
        int64_t group_end = scan->group_ends[group];                                                                \
        uint32_t own = scan->own_needs[group];                                                                      \
        for (int64_t first = marks == 0 ? scan->first : scan->first / 64 * 64; first < scan->end;) {                \
            const int64_t count = scan->end - first < 64 ? scan->end - first : 64;                                  \
            uint64_t bits = marks == 0 ? ~0ull >> (64 - count) : MARKED(marks + first);                             \
            while (bits != 0) {                                                                                     \
                const int64_t block = first + __builtin_ctzll(bits);                                                \
                bits &= bits - 1;                                                                                   \
                if (block >= group_end) {                                                                           \
                    do group_end = scan->group_ends[++group];                                                       \
                    while (block >= group_end);                                                                     \
                    own = scan->own_needs[group];                                                                   \
                }                                                                                                   \
                taken += BLOCK(scan, counts, block, own, positions + taken, values + taken);                        \
            }                                                                                                       \
            first += 64;                                                                                            \
        }                                                                                                           \
        return taken;                                                                                               \
    }

static inline uint64_t marked_default(uint8_t *marks) {
    uint64_t bits = 0;
    for (int64_t mark = 0; mark < 64; mark++) bits |= (uint64_t)marks[mark] << mark;
    memset(marks, 0, 64);
    return bits;
}

SCAN_8(scan_8_default, , marked_default, take_block_8_default)
static const struct akin_pairs_kernels kernels_default = {scan_8_default};

#if defined(__x86_64__)
#include <immintrin.h>

#define V4 __attribute__((target("avx512f,avx512bw,avx512vl,bmi,bmi2")))
#define V3 __attribute__((target("avx2,bmi,bmi2")))

V4 static inline uint64_t marked_v4(uint8_t *marks) {
    const __m512i found = _mm512_loadu_si512(marks);
    const uint64_t bits = _mm512_test_epi8_mask(found, found);
    if (bits != 0) _mm512_storeu_si512(marks, _mm512_setzero_si512());
    return bits;
}

V3 static inline uint64_t at_least_v3(const uint8_t *counts, __m256i low, __m256i high) {
    const __m256i first = _mm256_loadu_si256((const __m256i *)counts);
    const __m256i second = _mm256_loadu_si256((const __m256i *)(counts + 32));
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(first, low), first)) |
           (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(second, high), second)) << 32;
}

V3 static inline uint64_t marked_v3(uint8_t *marks) {
    const __m256i one = _mm256_set1_epi8(1);
    const uint64_t bits = at_least_v3(marks, one, one);
    if (bits != 0) memset(marks, 0, 64);
    return bits;
}

// Most blocks have nothing that reaches the least need of the block, which one byte says; only then are the needs of all
// its labels looked at.
V4 static inline uint64_t reached_v4(
    const struct akin_pairs_scan *scan, const uint8_t *counts, int64_t block, uint32_t own) {
    const uint32_t least = own < scan->block_needs[block] ? own : scan->block_needs[block];
    const __m512i found = _mm512_loadu_si512(counts);
    if (_mm512_cmpge_epu8_mask(found, _mm512_set1_epi8((char)least)) == 0) return 0;
    const __m512i needs = _mm512_loadu_si512(scan->needs + 64 * block);
    const __m512i either = _mm512_min_epu8(needs, _mm512_set1_epi8((char)(own < 255 ? own : 255)));
    return _mm512_cmpge_epu8_mask(found, either);
}

V3 static inline uint64_t reached_v3(
    const struct akin_pairs_scan *scan, const uint8_t *counts, int64_t block, uint32_t own) {
    const uint32_t least = own < scan->block_needs[block] ? own : scan->block_needs[block];
    const __m256i bound = _mm256_set1_epi8((char)least);
    if (at_least_v3(counts, bound, bound) == 0) return 0;
    const __m256i either = _mm256_set1_epi8((char)(own < 255 ? own : 255));
    const __m256i low = _mm256_loadu_si256((const __m256i *)(scan->needs + 64 * block));
    const __m256i high = _mm256_loadu_si256((const __m256i *)(scan->needs + 64 * block + 32));
    return at_least_v3(counts, _mm256_min_epu8(low, either), _mm256_min_epu8(high, either));
}

#define LEVEL(SUFFIX, TARGET)                                                                                       \
    TARGET static inline int64_t take_block_8_##SUFFIX(                                                             \
        const struct akin_pairs_scan *scan, uint8_t *counts, int64_t block, uint32_t own, uint32_t *positions,      \
        uint32_t *values) {                                                                                         \
        uint8_t *const start = counts + 64 * block;                                                                 \
        uint64_t bits = reached_##SUFFIX(scan, start, block, own);                                                  \
        int64_t taken = 0;                                                                                          \
        while (bits != 0) {                                                                                         \
            const int64_t offset = __builtin_ctzll(bits);                                                           \
            positions[taken] = (uint32_t)(64 * block + offset);                                                     \
            values[taken] = start[offset];                                                                          \
            taken++;                                                                                                \
            bits &= bits - 1;                                                                                       \
        }                                                                                                           \
        memset(start, 0, 64);                                                                                       \
        return taken;                                                                                               \
    }                                                                                                               \
    SCAN_8(scan_8_##SUFFIX, TARGET, marked_##SUFFIX, take_block_8_##SUFFIX)                                         \
    static const struct akin_pairs_kernels kernels_##SUFFIX = {scan_8_##SUFFIX};

LEVEL(v3, V3)
LEVEL(v4, V4)

const struct akin_pairs_kernels *akin_pairs_level(int level) {
    if (!akin_isa_has(level)) return 0;
    return level == 4 ? &kernels_v4 : level == 3 ? &kernels_v3 : &kernels_default;
}
#else
const struct akin_pairs_kernels *akin_pairs_level(int level) { return akin_isa_has(level) ? &kernels_default : 0; }
#endif

const struct akin_pairs_kernels *akin_pairs(void) { return akin_pairs_level(akin_isa_level()); }
