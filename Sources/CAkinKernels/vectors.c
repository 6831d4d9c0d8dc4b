#include "akin_vectors.h"

#include "akin_isa.h"

// Unaligned as far as the compiler knows: the vectors of an HNSW index lie between its links.
typedef float v16 __attribute__((vector_size(64), aligned(4), may_alias));
typedef float v8 __attribute__((vector_size(32), aligned(4), may_alias));
typedef float v4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t v16_i32 __attribute__((vector_size(64), aligned(4), may_alias));
typedef _Bool v16_bool __attribute__((ext_vector_type(16)));

// Macros, since a vector as an argument has no calling convention that all levels share.
#define LOAD(p) (*(const v16 *)(p))

#define KERNELS "vectors_kernels.h"
#include "levels.h"

const struct akin_vector_kernels *akin_vectors_level(int level) { return akin_isa_has(level) ? AT_LEVEL(vectors, level) : 0; }

const struct akin_vector_kernels *akin_vectors(void) { return akin_vectors_level(akin_isa_level()); }
