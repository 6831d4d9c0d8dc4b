// Includes KERNELS, a file of kernels in vectors of 16 floats, once for each level of akin_isa.h that the processor's family
// can have. It finds NAME(x), which makes names with the suffix of the level, LEVEL, its name, and TILE_ROWS x TILE_VECTORS,
// how many sums the level's registers hold.

// One product and one sum in one statement may be fused, where the level can; so all paths of a level agree.
#pragma STDC FP_CONTRACT ON

#define LEVEL "default"
#define NAME(x) x##_default
#define TILE_ROWS 4
#define TILE_VECTORS 1
#include KERNELS
#undef LEVEL
#undef NAME
#undef TILE_ROWS
#undef TILE_VECTORS

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2"))), apply_to = function)
#define LEVEL "v3"
#define NAME(x) x##_v3
#define TILE_ROWS 6
#define TILE_VECTORS 1
#include KERNELS
#undef LEVEL
#undef NAME
#undef TILE_ROWS
#undef TILE_VECTORS
#pragma clang attribute pop

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,bmi,bmi2"))), apply_to = function)
#define LEVEL "v4"
#define NAME(x) x##_v4
#define TILE_ROWS 6
#define TILE_VECTORS 4
#include KERNELS
#pragma clang attribute pop

// The table of a level, of which the host and the build have `level`.
#define AT_LEVEL(tables, level) ((level) == 4 ? &tables##_v4 : (level) == 3 ? &tables##_v3 : &tables##_default)
#else
#define AT_LEVEL(tables, level) (&tables##_default)
#endif
