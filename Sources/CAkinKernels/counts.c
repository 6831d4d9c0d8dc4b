#include "CAkinKernels.h"

#include <string.h>

// The portable form skips eight zero bytes at a time; it also serves 16- and 32-bit counts, which only hubs need.
#define PORTABLE(NAME, TYPE)                                                                                        \
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

static PORTABLE(take_counts_8_portable, uint8_t)
PORTABLE(akin_take_counts_16, uint16_t)
PORTABLE(akin_take_counts_32, uint32_t)

typedef int64_t (*take_counts_8)(uint8_t *, int64_t, int64_t, uint32_t, uint32_t *, uint32_t *);

#if defined(__x86_64__)
#include <immintrin.h>

static inline int64_t take_bits(
    uint64_t bits, const uint8_t *counts, int64_t block, int64_t taken, uint32_t *positions, uint32_t *values) {
    while (bits != 0) {
        const int64_t position = block + __builtin_ctzll(bits);
        positions[taken] = (uint32_t)position;
        values[taken] = counts[position];
        taken++;
        bits &= bits - 1;
    }
    return taken;
}

__attribute__((target("avx512f,avx512bw"))) static int64_t take_counts_8_v4(
    uint8_t *counts, int64_t start, int64_t end, uint32_t least, uint32_t *positions, uint32_t *values) {
    int64_t taken = 0;
    const __m512i bound = _mm512_set1_epi8((char)(least > 255 ? 255 : least));
    const uint64_t possible = least > 255 ? 0 : ~(uint64_t)0;
    for (int64_t block = start; block < end; block += 64) {
        const __m512i found = _mm512_loadu_si512(counts + block);
        const uint64_t bits = _mm512_cmpge_epu8_mask(found, bound) & possible;
        if (bits != 0) taken = take_bits(bits, counts, block, taken, positions, values);
        _mm512_storeu_si512(counts + block, _mm512_setzero_si512());
    }
    return taken;
}

__attribute__((target("avx2"))) static int64_t take_counts_8_v3(
    uint8_t *counts, int64_t start, int64_t end, uint32_t least, uint32_t *positions, uint32_t *values) {
    int64_t taken = 0;
    const __m256i bound = _mm256_set1_epi8((char)(least > 255 ? 255 : least));
    const uint64_t possible = least > 255 ? 0 : ~(uint64_t)0;
    for (int64_t block = start; block < end; block += 64) {
        uint64_t bits = 0;
        for (int64_t half = 0; half < 2; half++) {
            const __m256i found = _mm256_loadu_si256((const __m256i *)(counts + block + 32 * half));
            const __m256i enough = _mm256_cmpeq_epi8(_mm256_max_epu8(found, bound), found);
            bits |= (uint64_t)(uint32_t)_mm256_movemask_epi8(enough) << (32 * half);
        }
        bits &= possible;
        if (bits != 0) taken = take_bits(bits, counts, block, taken, positions, values);
        memset(counts + block, 0, 64);
    }
    return taken;
}

static take_counts_8 chosen(void) {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512bw")) return take_counts_8_v4;
    if (__builtin_cpu_supports("avx2")) return take_counts_8_v3;
    return take_counts_8_portable;
}
#else
static take_counts_8 chosen(void) { return take_counts_8_portable; }
#endif

int64_t akin_take_counts_8(
    uint8_t *counts, int64_t start, int64_t end, uint32_t least, uint32_t *positions, uint32_t *values) {
    // Every thread that comes here first stores the same pointer.
    static take_counts_8 kernel;
    take_counts_8 known = __atomic_load_n(&kernel, __ATOMIC_RELAXED);
    if (known == 0) {
        known = chosen();
        __atomic_store_n(&kernel, known, __ATOMIC_RELAXED);
    }
    return known(counts, start, end, least, positions, values);
}
