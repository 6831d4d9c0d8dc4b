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

#define KERNELS "dense_kernels.h"
#include "levels.h"

const struct akin_dense_kernels *akin_dense_level(int level) { return akin_isa_has(level) ? AT_LEVEL(kernels, level) : 0; }

const struct akin_dense_kernels *akin_dense(void) { return akin_dense_level(akin_isa_level()); }
