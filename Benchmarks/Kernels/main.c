// Times the dense and sparse-dense kernels on graphs drawn at random, beside the memory bandwidth of the machine.
//
//   cc -O2 -o kernels main.c ../../Sources/CAkinKernels/dense.c -I../../Sources/CAkinKernels/include -lm && ./kernels
//
// Times are processor time of one thread, the best of several runs.
#include "akin_dense.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void *allocate(size_t bytes) {
    void *memory = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        fprintf(stderr, "no memory for %zu bytes\n", bytes);
        exit(1);
    }
    madvise(memory, bytes, MADV_HUGEPAGE);
    memset(memory, 0, bytes);
    return memory;
}

static uint64_t state = 1;
static double uniform(void) {
    state += 0x9E3779B97F4A7C15;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static double triad(void) {
    const int64_t count = 16 << 20;
    float *a = allocate(count * 4), *b = allocate(count * 4), *c = allocate(count * 4);
    double best = 1e9;
    for (int run = 0; run < 6; run++) {
        const float factor = (float)(run + 1);
        const double start = seconds();
        for (int64_t i = 0; i < count; i++) a[i] = b[i] + factor * c[i];
        const double taken = seconds() - start;
        if (taken < best) best = taken;
    }
    const double rate = (double)count * 12 / best / 1e9;
    munmap(a, count * 4);
    munmap(b, count * 4);
    munmap(c, count * 4);
    return rate;
}

// `nodes` rows of about `degree` columns, a few of them in many rows, as popular items are.
static void propagate(int64_t nodes, int64_t degree, int64_t width, double bandwidth) {
    const struct akin_dense_kernels *kernels = akin_dense();
    const int64_t edges = nodes * degree;
    uint64_t *offsets = allocate((nodes + 1) * 8);
    uint32_t *columns = allocate(edges * 4);
    float *values = allocate(edges * 4);
    for (int64_t row = 0; row <= nodes; row++) offsets[row] = (uint64_t)(row * degree);
    for (int64_t edge = 0; edge < edges; edge++) {
        const double u = uniform();
        columns[edge] = (uint32_t)((uint64_t)((double)nodes * u * u * u) * 2654435761u % (uint64_t)nodes);
        values[edge] = 0.1f;
    }
    float *x = allocate(nodes * width * 4), *y = allocate(nodes * width * 4);
    uint16_t *half = allocate(nodes * width * 2);
    for (int64_t i = 0; i < nodes * width; i++) x[i] = (float)uniform();
    kernels->to_bf16(x, nodes * width, half);
    const struct akin_sparse matrix = {offsets, columns, values, (uint64_t)edges, 0};
    double best[2] = {1e9, 1e9};
    for (int run = 0; run < 5; run++) {
        double start = seconds();
        kernels->sparse_dense(&matrix, 0, nodes, x, width, y, width, width, 0, 0, 0);
        double taken = seconds() - start;
        if (taken < best[0]) best[0] = taken;
        start = seconds();
        kernels->sparse_dense_bf16(&matrix, 0, nodes, half, width, y, width, width, 0, 0, 0);
        taken = seconds() - start;
        if (taken < best[1]) best[1] = taken;
    }
    for (int kind = 0; kind < 2; kind++) {
        const double bytes = (double)edges * ((double)width * (kind == 0 ? 4 : 2) + 8) + (double)nodes * width * 4;
        printf(
            "sparse x dense%s  %8ld nodes %9ld edges width %3ld  %8.2f ms  %5.1f GFLOP/s  %3.0f %% of triad\n",
            kind == 0 ? "     " : " bf16", (long)nodes, (long)edges, (long)width, best[kind] * 1e3,
            2.0 * (double)edges * (double)width / best[kind] / 1e9, 100 * bytes / best[kind] / 1e9 / bandwidth);
    }
    munmap(offsets, (nodes + 1) * 8);
    munmap(columns, edges * 4);
    munmap(values, edges * 4);
    munmap(x, nodes * width * 4);
    munmap(y, nodes * width * 4);
    munmap(half, nodes * width * 2);
}

static void score(int64_t users, int64_t items, int64_t depth) {
    const struct akin_dense_kernels *kernels = akin_dense();
    const int64_t lanes = 64, chunk = 512;
    float *rows = allocate(items * depth * 4), *panel = allocate(depth * lanes * 4), *out = allocate(chunk * lanes * 4);
    uint32_t *hits = allocate(chunk * lanes * 4);
    float thresholds[64];
    for (int64_t i = 0; i < items * depth; i++) rows[i] = (float)uniform();
    for (int64_t i = 0; i < depth * lanes; i++) panel[i] = (float)uniform();
    for (int lane = 0; lane < 64; lane++) thresholds[lane] = 1e9f;
    const double start = seconds();
    for (int64_t user = 0; user < users; user += lanes)
        for (int64_t item = 0; item < items; item += chunk) {
            const int64_t count = items - item < chunk ? items - item : chunk;
            kernels->score_panel(rows + item * depth, depth, count, depth, panel, lanes, out, 0);
            kernels->above(out, count, lanes, thresholds, hits);
        }
    const double taken = seconds() - start;
    printf(
        "all scores, looked at  %ld users x %ld items, %ld numbers each  %.2f s  %.0f GFLOP/s\n", (long)users,
        (long)items, (long)depth, taken, 2.0 * (double)users * (double)items * (double)depth / taken / 1e9);
}

int main(void) {
    const double bandwidth = triad();
    printf("kernels %s, triad %.1f GB/s\n", akin_dense()->level, bandwidth);
    for (int64_t width = 16; width <= 512; width *= 2) propagate(70839, 23, width, bandwidth);
    propagate(1000000, 40, 64, bandwidth);
    score(29858, 40981, 64);
    score(29858, 40981, 256);
    return 0;
}
