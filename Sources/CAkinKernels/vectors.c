#include "akin_vectors.h"

// Unaligned as far as the compiler knows: the vectors of an HNSW index lie between its links.
typedef float v16 __attribute__((vector_size(64), aligned(4), may_alias));
typedef float v8 __attribute__((vector_size(32), aligned(4), may_alias));
typedef float v4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t v16_i32 __attribute__((vector_size(64), aligned(4), may_alias));
typedef _Bool v16_bool __attribute__((ext_vector_type(16)));

// Macros, since a vector as an argument has no calling convention that all levels share.
#define LOAD(p) (*(const v16 *)(p))

// One product and one sum in one statement may be fused, where the level can; so all paths of a level agree.
#pragma STDC FP_CONTRACT ON

#define LEVEL "default"
#define NAME(x) x##_default
#define TILE_ROWS 4
#define TILE_VECTORS 1
#include "vectors_kernels.h"
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
#include "vectors_kernels.h"
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
#include "vectors_kernels.h"
#pragma clang attribute pop

const struct akin_vector_kernels *akin_vectors_level(int level) {
    __builtin_cpu_init();
    if (level == 4 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        return &vectors_v4;
    if (level == 3 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"))
        return &vectors_v3;
    return level == 0 ? &vectors_default : 0;
}
#else
const struct akin_vector_kernels *akin_vectors_level(int level) { return level == 0 ? &vectors_default : 0; }
#endif

const struct akin_vector_kernels *akin_vectors(void) {
    // Every thread that comes here first stores the same pointer.
    static const struct akin_vector_kernels *chosen;
    const struct akin_vector_kernels *known = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
    if (known == 0) {
        known = akin_vectors_level(4);
        if (known == 0) known = akin_vectors_level(3);
        if (known == 0) known = akin_vectors_level(0);
        __atomic_store_n(&chosen, known, __ATOMIC_RELAXED);
    }
    return known;
}
