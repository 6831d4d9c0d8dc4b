// The bodies of the vector kernels, compiled once for each instruction set by levels.h, which defines NAME(x),
// the suffix of this level, LEVEL, its name, and TILE_ROWS x TILE_VECTORS, how many sums its registers hold.

static inline __attribute__((always_inline)) float NAME(total)(const v16 *sum) {
    const v8 eight = __builtin_shufflevector(*sum, *sum, 0, 1, 2, 3, 4, 5, 6, 7) +
                     __builtin_shufflevector(*sum, *sum, 8, 9, 10, 11, 12, 13, 14, 15);
    const v4 four =
        __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
    return (four[0] + four[2]) + (four[1] + four[3]);
}

// Four sums of 16 lanes as far as there are 64 elements, since one would wait for itself; then one.
#define PAIR(FUNCTION, STEP)                                                                                        \
    static inline __attribute__((always_inline)) float NAME(FUNCTION##_sum)(                                        \
        const float *x, const float *y, const uint64_t width) {                                                     \
        v16 a = {0}, b = {0}, c = {0}, d = {0};                                                                     \
        uint64_t i = 0;                                                                                             \
        for (; i + 64 <= width; i += 64) {                                                                          \
            STEP(a, i) STEP(b, i + 16) STEP(c, i + 32) STEP(d, i + 48)                                              \
        }                                                                                                           \
        for (; i < width; i += 16) { STEP(a, i) }                                                                   \
        const v16 all = (a + b) + (c + d);                                                                          \
        return NAME(total)(&all);                                                                                   \
    }

#define PRODUCT(SUM, AT) SUM += LOAD(x + (AT)) * LOAD(y + (AT));
#define SQUARE(SUM, AT)                                             \
    {                                                               \
        const v16 difference = LOAD(x + (AT)) - LOAD(y + (AT));     \
        SUM += difference * difference;                             \
    }
PAIR(product, PRODUCT)
PAIR(square, SQUARE)
#undef PRODUCT
#undef SQUARE
#undef PAIR

static float NAME(squared_distance)(const void *x, const void *y, const void *width) {
    return NAME(square_sum)((const float *)x, (const float *)y, *(const uint64_t *)width);
}

static float NAME(negative_dot)(const void *x, const void *y, const void *width) {
    return -NAME(product_sum)((const float *)x, (const float *)y, *(const uint64_t *)width);
}

static float NAME(negative_cosine)(const void *x, const void *y, const void *width) {
    const float dot = NAME(product_sum)((const float *)x, (const float *)y, *(const uint64_t *)width);
    return dot > 1 ? -1.0f : dot < -1 ? 1.0f : -dot;
}

static inline __attribute__((always_inline)) int64_t NAME(scan_tile)(
    const float *rows, int64_t stride, int64_t depth, const float *offsets, const float *panel, int64_t lanes,
    const float *thresholds, uint32_t first, uint32_t *hits, const int tile_rows, const int vectors) {
    v16 sum[TILE_ROWS][TILE_VECTORS];
    _Pragma("clang loop unroll(full)") for (int r = 0; r < tile_rows; r++)
        _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++)
            sum[r][j] = (v16){0} + (offsets ? offsets[r] : 0.0f);
    for (int64_t d = 0; d < depth; d++) {
        v16 lane[TILE_VECTORS];
        _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++)
            lane[j] = LOAD(panel + d * lanes + 16 * j);
        _Pragma("clang loop unroll(full)") for (int r = 0; r < tile_rows; r++) {
            const float value = rows[r * stride + d];
            _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++) sum[r][j] += value * lane[j];
        }
    }
    // Nearly all tiles have nothing to report.
    v16_i32 any = {0};
    _Pragma("clang loop unroll(full)") for (int r = 0; r < tile_rows; r++)
        _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++)
            any |= sum[r][j] > LOAD(thresholds + 16 * j);
    if (__builtin_reduce_or(any) == 0) return 0;
    int64_t found = 0;
    _Pragma("clang loop unroll(full)") for (int r = 0; r < tile_rows; r++)
        _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++) {
            const v16_i32 mask = sum[r][j] > LOAD(thresholds + 16 * j);
            uint16_t bits = __builtin_bit_cast(uint16_t, __builtin_convertvector(mask, v16_bool));
            while (bits != 0) {
                hits[found++] = first + (uint32_t)(r * lanes + 16 * j + __builtin_ctz(bits));
                bits &= bits - 1;
            }
        }
    return found;
}

static int64_t NAME(scan)(
    const float *rows, int64_t stride, int64_t count, int64_t depth, const float *offsets, const float *panel,
    int64_t lanes, const float *thresholds, uint32_t *hits) {
    int64_t found = 0;
    int64_t row = 0;
    for (; row + TILE_ROWS <= count; row += TILE_ROWS) {
        const float *at = rows + row * stride;
        const float *offset = offsets ? offsets + row : 0;
        int64_t lane = 0;
        for (; lane + 16 * TILE_VECTORS <= lanes; lane += 16 * TILE_VECTORS)
            found += NAME(scan_tile)(
                at, stride, depth, offset, panel + lane, lanes, thresholds + lane, (uint32_t)(row * lanes + lane),
                hits + found, TILE_ROWS, TILE_VECTORS);
        for (; lane < lanes; lane += 16)
            found += NAME(scan_tile)(
                at, stride, depth, offset, panel + lane, lanes, thresholds + lane, (uint32_t)(row * lanes + lane),
                hits + found, TILE_ROWS, 1);
    }
    for (; row < count; row++)
        for (int64_t lane = 0; lane < lanes; lane += 16)
            found += NAME(scan_tile)(
                rows + row * stride, stride, depth, offsets ? offsets + row : 0, panel + lane, lanes, thresholds + lane,
                (uint32_t)(row * lanes + lane), hits + found, 1, 1);
    return found;
}

static const struct akin_vector_kernels NAME(vectors) = {
    .level = LEVEL,
    .squared_distance = NAME(squared_distance),
    .negative_dot = NAME(negative_dot),
    .negative_cosine = NAME(negative_cosine),
    .scan = NAME(scan),
};
