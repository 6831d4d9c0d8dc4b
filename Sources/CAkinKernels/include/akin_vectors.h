// Inner loops of nearest-neighbour search among vectors of 32-bit floats.
//
// Vectors are padded with zeros to a multiple of 16 elements (`width`), which changes no distance. The number for a
// pair of vectors depends on the pair and the level alone, never on what else a call handles.
#ifndef AKIN_VECTORS_H
#define AKIN_VECTORS_H

#include <stdint.h>

// Smaller is nearer. `width` points to a uint64_t: the form of distance that hnswlib calls.
typedef float (*akin_distance)(const void *x, const void *y, const void *width);

struct akin_vector_kernels {
    // "default", "v3" (AVX2 and FMA), "v4" (AVX-512).
    const char *level;

    // Sum of (x[i] - y[i])^2.
    akin_distance squared_distance;
    // Minus the sum of x[i] * y[i].
    akin_distance negative_dot;
    // The same for vectors of length 1 or 0, kept within -1...1.
    akin_distance negative_cosine;

    // Looks for rows that score above a query's threshold, for `lanes` queries side by side (a multiple of 16, at most
    // 64). A score is offsets[r] (0 where `offsets` is NULL) + the sum over d of rows[r][d] * panel[d][lane], one chain
    // in ascending d. Positions r * lanes + lane go to `hits`, which has room for all; returns how many there are.
    int64_t (*scan)(
        const float *rows, int64_t stride, int64_t count, int64_t depth, const float *offsets, const float *panel,
        int64_t lanes, const float *thresholds, uint32_t *hits);
};

// The kernels for this host, chosen once.
const struct akin_vector_kernels *akin_vectors(void);
// The kernels of a level (0, 3 or 4); NULL where the host or the build has none.
const struct akin_vector_kernels *akin_vectors_level(int level);

#endif
