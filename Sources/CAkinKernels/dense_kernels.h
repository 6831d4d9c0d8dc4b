// The bodies of the dense kernels, compiled once for each instruction set by levels.h, which defines NAME(x), the
// suffix of this level, LEVEL, its name, and TILE_ROWS x TILE_VECTORS, how many sums its registers hold.

// How many edges ahead rows are asked for: about 192 cache lines, enough to hide main memory behind the additions.
#define SPARSE_DENSE(FUNCTION, ELEMENT, READ)                                                                       \
    static inline __attribute__((always_inline)) void NAME(FUNCTION##_block)(                                       \
        const struct akin_sparse *matrix, int64_t start, int64_t end, const ELEMENT *x, int64_t x_stride, float *out,\
        int64_t out_stride, float *total, int64_t total_stride, float share, const int vectors) {                   \
        const uint64_t ahead = 192 / vectors;                                                                       \
        const int line = 64 / (int)sizeof(ELEMENT);                                                                 \
        const uint64_t last = matrix->edges;                                                                        \
        const uint32_t *columns = matrix->columns;                                                                  \
        const float *values = matrix->values;                                                                       \
        for (int64_t row = start; row < end; row++) {                                                               \
            v16 sum[8];                                                                                             \
            _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++) sum[j] = (v16){0};                 \
            const uint64_t stop = matrix->offsets[row + 1];                                                         \
            for (uint64_t edge = matrix->offsets[row]; edge < stop; edge++) {                                       \
                if (edge + ahead < last) {                                                                          \
                    const ELEMENT *next = x + (int64_t)columns[edge + ahead] * x_stride;                            \
                    _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors * 16; j += line)                 \
                        __builtin_prefetch(next + j, 0, 3);                                                         \
                }                                                                                                   \
                const ELEMENT *from = x + (int64_t)columns[edge] * x_stride;                                        \
                const float value = values[edge];                                                                   \
                _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++)                                \
                    sum[j] += value * READ(from + 16 * j);                                                          \
            }                                                                                                       \
            const int64_t place = matrix->rows == 0 ? row : (int64_t)matrix->rows[row];                             \
            if (out != 0) {                                                                                         \
                float *to = out + place * out_stride;                                                               \
                _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++) STORE(to + 16 * j, sum[j]);    \
            }                                                                                                       \
            if (total != 0) {                                                                                       \
                float *sums = total + place * total_stride;                                                         \
                _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++)                                \
                    STORE(sums + 16 * j, LOAD(sums + 16 * j) + share * sum[j]);                                     \
            }                                                                                                       \
        }                                                                                                           \
    }                                                                                                               \
    static void NAME(FUNCTION)(                                                                                     \
        const struct akin_sparse *matrix, int64_t start, int64_t end, const ELEMENT *x, int64_t x_stride, float *out,\
        int64_t out_stride, int64_t width, float *total, int64_t total_stride, float share) {                       \
        int64_t done = 0;                                                                                           \
        while (done < width) {                                                                                      \
            const int64_t left = width - done;                                                                      \
            float *sums = total == 0 ? 0 : total + done;                                                            \
            float *target = out == 0 ? 0 : out + done;                                                              \
            if (left >= 128) {                                                                                      \
                NAME(FUNCTION##_block)(                                                                             \
                    matrix, start, end, x + done, x_stride, target, out_stride, sums, total_stride, share, 8);      \
                done += 128;                                                                                        \
            } else if (left >= 64) {                                                                                \
                NAME(FUNCTION##_block)(                                                                             \
                    matrix, start, end, x + done, x_stride, target, out_stride, sums, total_stride, share, 4);      \
                done += 64;                                                                                         \
            } else if (left >= 32) {                                                                                \
                NAME(FUNCTION##_block)(                                                                             \
                    matrix, start, end, x + done, x_stride, target, out_stride, sums, total_stride, share, 2);      \
                done += 32;                                                                                         \
            } else {                                                                                                \
                NAME(FUNCTION##_block)(                                                                             \
                    matrix, start, end, x + done, x_stride, target, out_stride, sums, total_stride, share, 1);      \
                done += 16;                                                                                         \
            }                                                                                                       \
        }                                                                                                           \
    }

SPARSE_DENSE(sparse_dense, float, LOAD)
SPARSE_DENSE(sparse_dense_bf16, uint16_t, LOAD_BF16)
#undef SPARSE_DENSE

static void NAME(to_bf16)(const float *x, int64_t count, uint16_t *out) {
    for (int64_t i = 0; i < count; i += 16) {
        const v16 value = LOAD(x + i);
        const v16_u32 bits = (v16_u32)value;
        const v16_u32 rounded = bits + 0x7FFFu + ((bits >> 16) & 1u);
        // Rounding a NaN could carry into infinity.
        const v16_u32 is_nan = (v16_u32)(value != value);
        const v16_u32 kept = (rounded & ~is_nan) | ((bits | 0x400000u) & is_nan);
        *(v16_u16 *)(out + i) = __builtin_convertvector(kept >> 16, v16_u16);
    }
}

static void NAME(scale_accumulate)(float *out, const float *x, float a, float b, int64_t count) {
    int64_t i = 0;
    if (b == 0) {
        for (; i + 16 <= count; i += 16) STORE(out + i, a * LOAD(x + i));
        for (; i < count; i++) out[i] = a * x[i];
    } else {
        for (; i + 16 <= count; i += 16) {
            const v16 scaled = b * LOAD(out + i);
            STORE(out + i, scaled + a * LOAD(x + i));
        }
        for (; i < count; i++) {
            const float scaled = b * out[i];
            out[i] = scaled + a * x[i];
        }
    }
}

static void NAME(scale_rows)(float *x, int64_t stride, int64_t rows, int64_t width, const float *factors) {
    for (int64_t row = 0; row < rows; row++) {
        float *at = x + row * stride;
        const float factor = factors[row];
        for (int64_t i = 0; i < width; i += 16) STORE(at + i, factor * LOAD(at + i));
    }
}

static inline __attribute__((always_inline)) float NAME(sum)(float *all) {
    for (int width = 8; width > 0; width /= 2)
        for (int i = 0; i < width; i++) all[i] += all[i + width];
    return all[0];
}

static float NAME(dot)(const float *x, const float *y, int64_t count) {
    v16 sum = {0};
    int64_t i = 0;
    for (; i + 16 <= count; i += 16) sum += LOAD(x + i) * LOAD(y + i);
    float sums[16];
    STORE(sums, sum);
    float total = NAME(sum)(sums);
    for (; i < count; i++) total += x[i] * y[i];
    return total;
}

static void NAME(row_dots)(
    const float *left, int64_t left_stride, const uint32_t *left_rows, const float *right, int64_t right_stride,
    const uint32_t *right_rows, int64_t count, int64_t width, float *out) {
    for (int64_t n = 0; n < count; n++) {
        if (n + 8 < count) {
            const float *p = left + (left_rows ? (int64_t)left_rows[n + 8] : n + 8) * left_stride;
            const float *q = right + (right_rows ? (int64_t)right_rows[n + 8] : n + 8) * right_stride;
            for (int64_t i = 0; i < width; i += 16) {
                __builtin_prefetch(p + i, 0, 3);
                __builtin_prefetch(q + i, 0, 3);
            }
        }
        const float *x = left + (left_rows ? (int64_t)left_rows[n] : n) * left_stride;
        const float *y = right + (right_rows ? (int64_t)right_rows[n] : n) * right_stride;
        out[n] = NAME(dot)(x, y, width);
    }
}

static void NAME(adam)(
    float *parameters, const float *gradient, float *mean, float *square, int64_t count, float rate, float beta1,
    float beta2, float epsilon, float scale1, float scale2) {
    const float rest1 = 1 - beta1;
    const float rest2 = 1 - beta2;
    int64_t i = 0;
    for (; i + 16 <= count; i += 16) {
        const v16 g = LOAD(gradient + i);
        const v16 m = beta1 * LOAD(mean + i) + rest1 * g;
        const v16 v = beta2 * LOAD(square + i) + rest2 * (g * g);
        STORE(mean + i, m);
        STORE(square + i, v);
        const v16 size = __builtin_elementwise_sqrt(v * scale2) + epsilon;
        STORE(parameters + i, LOAD(parameters + i) - rate * (m * scale1) / size);
    }
    for (; i < count; i++) {
        const float g = gradient[i];
        const float m = beta1 * mean[i] + rest1 * g;
        const float v = beta2 * square[i] + rest2 * (g * g);
        mean[i] = m;
        square[i] = v;
        const float size = __builtin_sqrtf(v * scale2) + epsilon;
        parameters[i] = parameters[i] - rate * (m * scale1) / size;
    }
}

static inline __attribute__((always_inline)) void NAME(score_tile)(
    const float *rows, int64_t stride, int64_t depth, const float *panel, int64_t lanes, float *out, int adds,
    const int tile_rows, const int vectors) {
    v16 sum[TILE_ROWS][TILE_VECTORS];
    _Pragma("clang loop unroll(full)") for (int r = 0; r < tile_rows; r++)
        _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++)
            sum[r][j] = (v16){0};
    for (int64_t d = 0; d < depth; d++) {
        v16 lane[TILE_VECTORS];
        _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++)
            lane[j] = LOAD(panel + d * lanes + 16 * j);
        _Pragma("clang loop unroll(full)") for (int r = 0; r < tile_rows; r++) {
            const float value = rows[r * stride + d];
            _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++) sum[r][j] += value * lane[j];
        }
    }
    _Pragma("clang loop unroll(full)") for (int r = 0; r < tile_rows; r++)
        _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++) {
            float *to = out + r * lanes + 16 * j;
            STORE(to, adds ? LOAD(to) + sum[r][j] : sum[r][j]);
        }
}

static void NAME(score_panel)(
    const float *rows, int64_t stride, int64_t count, int64_t depth, const float *panel, int64_t lanes, float *out,
    int adds) {
    int64_t row = 0;
    for (; row + TILE_ROWS <= count; row += TILE_ROWS) {
        int64_t lane = 0;
        for (; lane + 16 * TILE_VECTORS <= lanes; lane += 16 * TILE_VECTORS)
            NAME(score_tile)(
                rows + row * stride, stride, depth, panel + lane, lanes, out + row * lanes + lane, adds, TILE_ROWS,
                TILE_VECTORS);
        for (; lane < lanes; lane += 16)
            NAME(score_tile)(
                rows + row * stride, stride, depth, panel + lane, lanes, out + row * lanes + lane, adds, TILE_ROWS, 1);
    }
    for (; row < count; row++)
        for (int64_t lane = 0; lane < lanes; lane += 16)
            NAME(score_tile)(
                rows + row * stride, stride, depth, panel + lane, lanes, out + row * lanes + lane, adds, 1, 1);
}

static int64_t NAME(above)(const float *scores, int64_t rows, int64_t lanes, const float *thresholds, uint32_t *hits) {
    int64_t found = 0;
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t lane = 0; lane < lanes; lane += 16) {
            const v16_i32 mask = LOAD(scores + row * lanes + lane) > LOAD(thresholds + lane);
            uint16_t bits = __builtin_bit_cast(uint16_t, __builtin_convertvector(mask, v16_bool));
            while (bits != 0) {
                hits[found++] = (uint32_t)(row * lanes + lane + __builtin_ctz(bits));
                bits &= bits - 1;
            }
        }
    }
    return found;
}

// exp(x) to about 2e-7 of its size: 2^n times a polynomial on half a power of two around 0. Below -87 it is 0.
// In place, since a vector as an argument would change the calling convention with the instruction set.
static inline __attribute__((always_inline)) void NAME(exp)(v16 *in_out) {
    v16 x = *in_out;
    const v16_i32 is_low = x < -87.0f;
    x = __builtin_elementwise_max(__builtin_elementwise_min(x, (v16){0} + 88.0f), (v16){0} - 87.0f);
    // Adding and taking away 1.5 * 2^23 rounds to a whole number.
    const v16 whole = (x * 1.44269504f + 12582912.0f) - 12582912.0f;
    const v16 rest = (x - whole * 0.693359375f) + whole * 2.12194440e-4f;
    v16 power = (v16){0} + 1.0f / 720;
    power = power * rest + 1.0f / 120;
    power = power * rest + 1.0f / 24;
    power = power * rest + 1.0f / 6;
    power = power * rest + 0.5f;
    power = power * rest + 1.0f;
    power = power * rest + 1.0f;
    const v16_i32 scale = (__builtin_convertvector(whole, v16_i32) + 127) << 23;
    const v16_i32 result = (v16_i32)(power * (v16)scale);
    *in_out = (v16)(result & ~is_low);
}

static float NAME(maximum)(const float *x, int64_t count) {
    v16 best = (v16){0} - __builtin_inff();
    int64_t i = 0;
    for (; i + 16 <= count; i += 16) best = __builtin_elementwise_max(best, LOAD(x + i));
    float all[16];
    STORE(all, best);
    float most = all[0];
    for (int j = 1; j < 16; j++) most = all[j] > most ? all[j] : most;
    for (; i < count; i++) most = x[i] > most ? x[i] : most;
    return most;
}

static float NAME(exponentials)(float *x, int64_t count, float scale, float shift) {
    v16 sum = {0};
    int64_t i = 0;
    for (; i + 16 <= count; i += 16) {
        v16 value = scale * LOAD(x + i) - shift;
        NAME(exp)(&value);
        STORE(x + i, value);
        sum += value;
    }
    if (i < count) {
        float rest[16];
        for (int j = 0; j < 16; j++) rest[j] = i + j < count ? scale * x[i + j] - shift : -__builtin_inff();
        v16 value = LOAD(rest);
        NAME(exp)(&value);
        STORE(rest, value);
        sum += value;
        for (int j = 0; i + j < count; j++) x[i + j] = rest[j];
    }
    float sums[16];
    STORE(sums, sum);
    return NAME(sum)(sums);
}

static void NAME(project_rows)(
    float *x, const float *units, int64_t stride, int64_t rows, int64_t width, const float *factors) {
    for (int64_t row = 0; row < rows; row++) {
        float *at = x + row * stride;
        const float *unit = units + row * stride;
        const float along = NAME(dot)(at, unit, width);
        const float factor = factors[row];
        for (int64_t i = 0; i < width; i += 16) STORE(at + i, factor * (LOAD(at + i) - along * LOAD(unit + i)));
    }
}

static const struct akin_dense_kernels NAME(kernels) = {
    .level = LEVEL,
    .sparse_dense = NAME(sparse_dense),
    .sparse_dense_bf16 = NAME(sparse_dense_bf16),
    .to_bf16 = NAME(to_bf16),
    .scale_accumulate = NAME(scale_accumulate),
    .scale_rows = NAME(scale_rows),
    .dot = NAME(dot),
    .row_dots = NAME(row_dots),
    .adam = NAME(adam),
    .score_panel = NAME(score_panel),
    .above = NAME(above),
    .maximum = NAME(maximum),
    .exponentials = NAME(exponentials),
    .project_rows = NAME(project_rows),
};
