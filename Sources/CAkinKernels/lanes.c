#include "akin_lanes.h"

#include <string.h>

#include "akin_isa.h"

#pragma STDC FP_CONTRACT OFF

typedef double lanes __attribute__((vector_size(128), aligned(8)));

// Values lie anywhere, so those of an edge some places on are asked for: 128 bytes in two or three cache lines. Rows follow
// each other, so they may belong to the next row.
#define EDGES_AHEAD 16
#define GATHER(NAME, TARGET)                                                                                        \
    TARGET static void NAME(                                                                                        \
        const struct akin_lane_rows *rows, int64_t first, int64_t count, int adds, double *run) {                   \
        const uint64_t *const offsets = rows->offsets;                                                              \
        const uint32_t *const neighbors = rows->neighbors;                                                          \
        const float *const weights = rows->weights;                                                                 \
        const double *const values = rows->values;                                                                  \
        const int64_t last = rows->edge_count - EDGES_AHEAD;                                                        \
        for (int64_t row = 0; row < count; row++) {                                                                 \
            const int64_t end = (int64_t)offsets[first + row + 1];                                                  \
            lanes sum = {0};                                                                                        \
            for (int64_t edge = (int64_t)offsets[first + row]; edge < end; edge++) {                                \
                if (edge < last) {                                                                                  \
                    const double *next = values + 16 * (int64_t)neighbors[edge + EDGES_AHEAD];                      \
                    __builtin_prefetch(next);                                                                       \
                    __builtin_prefetch(next + 8);                                                                   \
                    __builtin_prefetch(next + 15);                                                                  \
                }                                                                                                   \
                const lanes value = *(const lanes *)(values + 16 * (int64_t)neighbors[edge]);                       \
                sum += weights == 0 ? value : value * (double)weights[edge];                                        \
            }                                                                                                       \
            sum *= rows->factor;                                                                                    \
            lanes *const place = (lanes *)(run + 16 * row);                                                         \
            *place = adds ? *place + sum : sum;                                                                     \
        }                                                                                                           \
    }

#define ANYWHERE
GATHER(gather_default, ANYWHERE)

#if defined(__x86_64__)
GATHER(gather_v3, __attribute__((target("avx2,bmi,bmi2"))))
GATHER(gather_v4, __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi,bmi2"))))

akin_gather_lanes akin_lanes_level(int level) {
    if (!akin_isa_has(level)) return 0;
    return level == 4 ? gather_v4 : level == 3 ? gather_v3 : gather_default;
}
#else
akin_gather_lanes akin_lanes_level(int level) { return akin_isa_has(level) ? gather_default : 0; }
#endif

akin_gather_lanes akin_lanes(void) { return akin_lanes_level(akin_isa_level()); }
