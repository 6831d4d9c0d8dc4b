#include "akin_dense.h"

#include "akin_isa.h"

// Unaligned as far as the compiler knows, since vectors may come from anywhere; rows of matrices are in fact aligned.
typedef float v16 __attribute__((vector_size(64), aligned(4), may_alias));
typedef uint32_t v16_u32 __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t v16_i32 __attribute__((vector_size(64), aligned(4), may_alias));
typedef uint16_t v16_u16 __attribute__((vector_size(32), aligned(2), may_alias));
typedef _Bool v16_bool __attribute__((ext_vector_type(16)));

// Macros, since a vector as an argument has no calling convention that all levels share.
#define LOAD(p) (*(const v16 *)(p))
#define STORE(p, x) (*(v16 *)(p) = (x))
#define LOAD_BF16(p) ((v16)(__builtin_convertvector(*(const v16_u16 *)(p), v16_u32) << 16))

// One product and one sum in one statement may be fused, where the level can; so all paths of a level agree.
#pragma STDC FP_CONTRACT ON

#define LEVEL "default"
#define NAME(x) x##_default
#define TILE_ROWS 4
#define TILE_VECTORS 1
#include "dense_kernels.h"
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
#include "dense_kernels.h"
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
#include "dense_kernels.h"
#pragma clang attribute pop

const struct akin_dense_kernels *akin_dense_level(int level) {
    if (!akin_isa_has(level)) return 0;
    return level == 4 ? &kernels_v4 : level == 3 ? &kernels_v3 : &kernels_default;
}
#else
const struct akin_dense_kernels *akin_dense_level(int level) { return akin_isa_has(level) ? &kernels_default : 0; }
#endif

const struct akin_dense_kernels *akin_dense(void) { return akin_dense_level(akin_isa_level()); }
