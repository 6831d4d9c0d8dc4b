// Hierarchical navigable small worlds as hnswlib builds them, behind plain C functions.
//
// Elements are numbered from 0 in the order in which they are added. The level of an element comes from the caller, so
// that nothing here is random. Distances come from the caller too, chosen for the host at run time. A `message` has room
// for AKIN_HNSW_MESSAGE bytes and says what went wrong where a function returns NULL or 0.
#ifndef AKIN_HNSW_H
#define AKIN_HNSW_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AKIN_HNSW_MESSAGE 256

typedef struct akin_hnsw akin_hnsw;
// What one thread needs to search.
typedef struct akin_hnsw_scratch akin_hnsw_scratch;
// Smaller is nearer; `width` points to a uint64_t.
typedef float (*akin_hnsw_distance)(const void *x, const void *y, const void *width);
// Whether an element may be in a result.
typedef int (*akin_hnsw_admits)(void *context, uint32_t element);

// An index for vectors of `width` elements. `links` is hnswlib's M, at least 2; `effort` its ef_construction.
akin_hnsw *akin_hnsw_make(
    uint64_t width, akin_hnsw_distance distance, int64_t capacity, int64_t links, int64_t effort, char *message);
void akin_hnsw_free(akin_hnsw *index);
// Makes room for `capacity` elements in all.
int akin_hnsw_reserve(akin_hnsw *index, int64_t capacity, char *message);
int64_t akin_hnsw_capacity(const akin_hnsw *index);
int64_t akin_hnsw_count(const akin_hnsw *index);
// Adds the next element. By one thread at a time, while nobody searches.
int akin_hnsw_add(akin_hnsw *index, const float *vector, int level, char *message);
// The vector of an element that is there.
const float *akin_hnsw_vector(const akin_hnsw *index, uint32_t element);

akin_hnsw_scratch *akin_hnsw_scratch_make(void);
void akin_hnsw_scratch_free(akin_hnsw_scratch *scratch);
// The nearest elements to `query` that were found, by ascending distance, then by element: at most `k`, from a search
// that keeps the `effort` best (at least `k`). `excluded` has a byte for each element, not 0 for one that is passed
// through and never found; NULL for none. Returns how many, or -1 without memory.
int64_t akin_hnsw_search(
    const akin_hnsw *index, akin_hnsw_scratch *scratch, const float *query, int64_t k, int64_t effort,
    const uint8_t *excluded, akin_hnsw_admits admits, void *context, uint32_t *elements, float *distances);

// The links, to be kept elsewhere. Of level 0 each element has 1 + 2 * links numbers: how many, then which, then zeros;
// of each level above, 1 + links numbers, elements ascending, levels ascending within one.
int64_t akin_hnsw_upper_count(const akin_hnsw *index);
void akin_hnsw_export(const akin_hnsw *index, uint32_t *levels, uint32_t *base, uint32_t *upper);
uint32_t akin_hnsw_entry(const akin_hnsw *index);
// An index from what was exported. Everything is checked: no numbers lead outside of it.
akin_hnsw *akin_hnsw_import(
    uint64_t width, akin_hnsw_distance distance, int64_t count, int64_t links, int64_t effort, const float *vectors,
    int64_t stride, const uint32_t *levels, const uint32_t *base, const uint32_t *upper, int64_t upper_count,
    uint32_t entry, char *message);

#ifdef __cplusplus
}
#endif
#endif
