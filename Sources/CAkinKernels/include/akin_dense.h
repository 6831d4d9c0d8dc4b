// Inner loops of dense and sparse-dense linear algebra, in 32-bit floats.
//
// Rows of dense matrices are padded with zeros to a multiple of 16 elements (`width`), and their stride is given in
// elements. Each output element is formed by one fused or unfused chain of operations in a fixed order, whatever the
// number of rows or lanes that a call handles, so results do not depend on how work is cut.
#ifndef AKIN_DENSE_H
#define AKIN_DENSE_H

#include <stdint.h>

// Compressed sparse rows. The caller vouches that offsets ascend and that columns exist.
struct akin_sparse {
    const uint64_t *offsets;
    const uint32_t *columns;
    const float *values;
    uint64_t edges;
    // Which row of the result each row is; NULL: row r is row r.
    const uint32_t *rows;
};

struct akin_dense_kernels {
    // "default", "v3" (AVX2 and FMA), "v4" (AVX-512).
    const char *level;

    // out[rows[r]] = sum of values[e] * x[columns[e]] over the edges of row r, for r in start..<end; and where `total` is not
    // NULL, total[rows[r]] += share * out[rows[r]]. `out` may be NULL where nothing but the total is asked for.
    void (*sparse_dense)(
        const struct akin_sparse *matrix, int64_t start, int64_t end, const float *x, int64_t x_stride, float *out,
        int64_t out_stride, int64_t width, float *total, int64_t total_stride, float share);
    // The same with x stored as bfloat16: the upper half of a float.
    void (*sparse_dense_bf16)(
        const struct akin_sparse *matrix, int64_t start, int64_t end, const uint16_t *x, int64_t x_stride, float *out,
        int64_t out_stride, int64_t width, float *total, int64_t total_stride, float share);
    // Rounds to the nearest bfloat16, ties to even; NaN stays NaN. `count` is a multiple of 16.
    void (*to_bf16)(const float *x, int64_t count, uint16_t *out);

    // out = a * x + b * out; where b is 0, out is not read. Any `count`.
    void (*scale_accumulate)(float *out, const float *x, float a, float b, int64_t count);
    // out[r] *= factors[r] over rows.
    void (*scale_rows)(float *x, int64_t stride, int64_t rows, int64_t width, const float *factors);
    // Sum of x[i] * y[i] in 16 interleaved sums, added pairwise. Any `count`.
    float (*dot)(const float *x, const float *y, int64_t count);
    // out[n] = dot of row left_rows[n] of `left` with row right_rows[n] of `right`; NULL rows: row n.
    void (*row_dots)(
        const float *left, int64_t left_stride, const uint32_t *left_rows, const float *right, int64_t right_stride,
        const uint32_t *right_rows, int64_t count, int64_t width, float *out);
    // One step of Adam. `rate` is the learning rate, `scale1` and `scale2` are 1 / (1 - beta^t). Any `count`.
    void (*adam)(
        float *parameters, const float *gradient, float *mean, float *square, int64_t count, float rate, float beta1,
        float beta2, float epsilon, float scale1, float scale2);

    // out[r][lane] = sum over d of rows[r][d] * panel[d][lane], in ascending d, for `lanes` (a multiple of 16, at most
    // 64) queries side by side; added to out[r][lane] where `adds` is not 0.
    void (*score_panel)(
        const float *rows, int64_t stride, int64_t count, int64_t depth, const float *panel, int64_t lanes, float *out,
        int adds);
    // Positions r * lanes + lane, ascending, where scores[r][lane] > thresholds[lane]. `hits` has room for all. Returns
    // how many there are.
    int64_t (*above)(const float *scores, int64_t rows, int64_t lanes, const float *thresholds, uint32_t *hits);

    // The largest of x; minus infinity where there are none. Any `count`.
    float (*maximum)(const float *x, int64_t count);
    // x = exp(scale * x - shift), 0 below exp(-87); returns their sum, in 16 interleaved sums. Any `count`.
    float (*exponentials)(float *x, int64_t count, float scale, float shift);
    // x[r] = factors[r] * (x[r] - <x[r], units[r]> units[r]) over rows.
    void (*project_rows)(
        float *x, const float *units, int64_t stride, int64_t rows, int64_t width, const float *factors);
};

// The kernels for this host, chosen once.
const struct akin_dense_kernels *akin_dense(void);
// The kernels of a level (0, 3 or 4); NULL where the host or the build has none.
const struct akin_dense_kernels *akin_dense_level(int level);

#endif
