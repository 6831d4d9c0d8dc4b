#include "akin_rows.h"

#include <string.h>

#include "akin_isa.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi,bmi2")))
#define INLINE TARGET static inline __attribute__((always_inline))

typedef __m512i vector;

// Networks: each step compares all lanes with those that a shuffle brings to them and keeps the smaller one or, where the mask
// says so, the larger. A block of `side` lanes that ascends is merged with one that follows it in descending order.
#define STEP32(V, PARTNER, LARGER) \
    (V) = _mm512_mask_max_epu32(_mm512_min_epu32(V, PARTNER), LARGER, V, PARTNER)
#define STEP64(V, PARTNER, LARGER) \
    (V) = _mm512_mask_max_epu64(_mm512_min_epu64(V, PARTNER), LARGER, V, PARTNER)

INLINE vector reversed32(vector v) {
    return _mm512_permutexvar_epi32(_mm512_set_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), v);
}
INLINE vector halves_reversed32(vector v) {
    return _mm512_permutexvar_epi32(_mm512_set_epi32(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7), v);
}
INLINE vector reversed64(vector v) { return _mm512_permutexvar_epi64(_mm512_set_epi64(0, 1, 2, 3, 4, 5, 6, 7), v); }

// Sorts what rises and then falls.
INLINE vector merged32(vector v) {
    STEP32(v, _mm512_shuffle_i64x2(v, v, 0x4E), 0xFF00);
    STEP32(v, _mm512_permutex_epi64(v, 0x4E), 0xF0F0);
    STEP32(v, _mm512_shuffle_epi32(v, 0x4E), 0xCCCC);
    STEP32(v, _mm512_shuffle_epi32(v, 0xB1), 0xAAAA);
    return v;
}
INLINE vector merged64(vector v) {
    STEP64(v, _mm512_shuffle_i64x2(v, v, 0x4E), 0xF0);
    STEP64(v, _mm512_permutex_epi64(v, 0x4E), 0xCC);
    STEP64(v, _mm512_permutex_epi64(v, 0xB1), 0xAA);
    return v;
}

INLINE vector sorted32(vector v) {
    STEP32(v, _mm512_shuffle_epi32(v, 0xB1), 0xAAAA);
    STEP32(v, _mm512_shuffle_epi32(v, 0x1B), 0xCCCC);
    STEP32(v, _mm512_shuffle_epi32(v, 0xB1), 0xAAAA);
    STEP32(v, halves_reversed32(v), 0xF0F0);
    STEP32(v, _mm512_shuffle_epi32(v, 0x4E), 0xCCCC);
    STEP32(v, _mm512_shuffle_epi32(v, 0xB1), 0xAAAA);
    STEP32(v, reversed32(v), 0xFF00);
    STEP32(v, _mm512_permutex_epi64(v, 0x4E), 0xF0F0);
    STEP32(v, _mm512_shuffle_epi32(v, 0x4E), 0xCCCC);
    STEP32(v, _mm512_shuffle_epi32(v, 0xB1), 0xAAAA);
    return v;
}
INLINE vector sorted64(vector v) {
    STEP64(v, _mm512_permutex_epi64(v, 0xB1), 0xAA);
    STEP64(v, _mm512_permutex_epi64(v, 0x1B), 0xCC);
    STEP64(v, _mm512_permutex_epi64(v, 0xB1), 0xAA);
    STEP64(v, reversed64(v), 0xF0);
    STEP64(v, _mm512_permutex_epi64(v, 0x4E), 0xCC);
    STEP64(v, _mm512_permutex_epi64(v, 0xB1), 0xAA);
    return v;
}

// Sorts a row of at most VECTORS vectors, a power of two of them, in registers: vectors alone, then two of them, four …
#define FEW(NAME, ELEMENT, LANES, MASK, WIDTH, VECTORS)                                                                     \
    TARGET static void NAME(ELEMENT *row, int64_t count) {                                                                  \
        vector v[VECTORS];                                                                                                  \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < VECTORS; i++) {                                              \
            const int64_t left = count - i * LANES;                                                                         \
            const MASK mask = left >= LANES ? (MASK) ~0 : left <= 0 ? (MASK)0 : (MASK)((1u << left) - 1);                    \
            v[i] = sorted##WIDTH(_mm512_mask_loadu_epi##WIDTH(_mm512_set1_epi32(-1), mask, row + i * LANES));               \
        }                                                                                                                   \
        _Pragma("clang loop unroll(full)") for (int width = 1; width < VECTORS; width *= 2) {                               \
            _Pragma("clang loop unroll(full)") for (int first = 0; first < VECTORS; first += 2 * width) {                   \
                _Pragma("clang loop unroll(full)") for (int i = 0; i < width; i++) {                                        \
                    const vector low = v[first + i], high = reversed##WIDTH(v[first + 2 * width - 1 - i]);                  \
                    v[first + i] = _mm512_min_epu##WIDTH(low, high);                                                        \
                    v[first + 2 * width - 1 - i] = _mm512_max_epu##WIDTH(low, high);                                        \
                }                                                                                                           \
                _Pragma("clang loop unroll(full)") for (int apart = width / 2; apart > 0; apart /= 2) {                     \
                    _Pragma("clang loop unroll(full)") for (int i = first; i < first + 2 * width; i++) {                    \
                        if (((i - first) & apart) != 0) continue;                                                           \
                        const vector low = v[i], high = v[i + apart];                                                       \
                        v[i] = _mm512_min_epu##WIDTH(low, high);                                                            \
                        v[i + apart] = _mm512_max_epu##WIDTH(low, high);                                                    \
                    }                                                                                                       \
                }                                                                                                           \
                _Pragma("clang loop unroll(full)") for (int i = 0; i < 2 * width; i++)                                      \
                    v[first + i] = merged##WIDTH(v[first + i]);                                                             \
            }                                                                                                               \
        }                                                                                                                   \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < VECTORS; i++) {                                              \
            const int64_t left = count - i * LANES;                                                                         \
            const MASK mask = left >= LANES ? (MASK) ~0 : left <= 0 ? (MASK)0 : (MASK)((1u << left) - 1);                    \
            _mm512_mask_storeu_epi##WIDTH(row + i * LANES, mask, v[i]);                                                     \
        }                                                                                                                   \
    }

FEW(one32, uint32_t, 16, __mmask16, 32, 1)
FEW(two32, uint32_t, 16, __mmask16, 32, 2)
FEW(four32, uint32_t, 16, __mmask16, 32, 4)
FEW(eight32, uint32_t, 16, __mmask16, 32, 8)
FEW(sixteen32, uint32_t, 16, __mmask16, 32, 16)
FEW(one64, uint64_t, 8, __mmask8, 64, 1)
FEW(two64, uint64_t, 8, __mmask8, 64, 2)
FEW(four64, uint64_t, 8, __mmask8, 64, 4)
FEW(eight64, uint64_t, 8, __mmask8, 64, 8)
FEW(sixteen64, uint64_t, 8, __mmask8, 64, 16)

// By digits of 8 bits from `shift` on, from the lowest; equal ones keep their order. Digits that all share take no pass.
#define MANY(NAME, ELEMENT)                                                                                                 \
    static void NAME(ELEMENT *row, int64_t count, int shift, ELEMENT *scratch) {                                            \
        int64_t counts[4][256] = {{0}};                                                                                     \
        for (int64_t i = 0; i < count; i++) {                                                                               \
            const uint32_t key = (uint32_t)(row[i] >> shift);                                                               \
            for (int digit = 0; digit < 4; digit++) counts[digit][key >> 8 * digit & 255]++;                                \
        }                                                                                                                   \
        ELEMENT *from = row, *to = scratch;                                                                                 \
        for (int digit = 0; digit < 4; digit++) {                                                                           \
            int64_t *next = counts[digit], place = 0;                                                                       \
            if (next[(uint32_t)(row[0] >> shift) >> 8 * digit & 255] == count) continue;                                    \
            for (int value = 0; value < 256; value++) {                                                                     \
                const int64_t size = next[value];                                                                           \
                next[value] = place;                                                                                        \
                place += size;                                                                                              \
            }                                                                                                               \
            for (int64_t i = 0; i < count; i++)                                                                             \
                to[next[(uint32_t)(from[i] >> shift) >> 8 * digit & 255]++] = from[i];                                      \
            ELEMENT *const other = from;                                                                                    \
            from = to;                                                                                                      \
            to = other;                                                                                                     \
        }                                                                                                                   \
        if (from != row) memcpy(row, from, (size_t)count * sizeof *row);                                                    \
    }

MANY(many32, uint32_t)
MANY(many64, uint64_t)

#define ROWS(NAME, ELEMENT, LANES, WIDTH, SHIFT)                                                                            \
    static void NAME(ELEMENT *values, const uint32_t *starts, int64_t rows, ELEMENT *scratch) {                             \
        for (int64_t r = 0; r < rows; r++) {                                                                                \
            ELEMENT *const row = values + starts[r];                                                                        \
            const int64_t count = (int64_t)starts[r + 1] - starts[r];                                                       \
            if (count <= 1) continue;                                                                                       \
            if (count <= LANES) one##WIDTH(row, count);                                                                     \
            else if (count <= 2 * LANES) two##WIDTH(row, count);                                                            \
            else if (count <= 4 * LANES) four##WIDTH(row, count);                                                           \
            else if (count <= 8 * LANES) eight##WIDTH(row, count);                                                          \
            else if (count <= 16 * LANES) sixteen##WIDTH(row, count);                                                       \
            else many##WIDTH(row, count, SHIFT, scratch);                                                                   \
        }                                                                                                                   \
    }

ROWS(narrow_v4, uint32_t, 16, 32, 0)
ROWS(wide_v4, uint64_t, 8, 64, 32)

static const struct akin_row_sorting sorting_v4 = {narrow_v4, wide_v4};

const struct akin_row_sorting *akin_row_sorting_level(int level) {
    return level == 4 && akin_isa_has(4) ? &sorting_v4 : 0;
}
#else
const struct akin_row_sorting *akin_row_sorting_level(int level) { return (void)level, (const struct akin_row_sorting *)0; }
#endif

const struct akin_row_sorting *akin_row_sorting(void) { return akin_row_sorting_level(akin_isa_level()); }
