#ifndef AKIN_MEMORY_H
#define AKIN_MEMORY_H

#include <stdint.h>

/// Gives pages of the heap that nothing lives on back to the system: after much that was allocated in small pieces is
/// freed, and before as much is mapped.
void akin_release_free_memory(void);

/// Lets all threads allocate from one heap from now on, so that what one of them frees another takes: for a program of few
/// and large allocations, where a heap for each thread only keeps memory.
void akin_share_heap(void);

/// Moves pages of private memory, which then reads as zeros, to where as many lie that were never written; 0 where the system
/// cannot, and nothing happened.
int32_t akin_move_pages(void *from, void *to, int64_t count);

/// Finds pages for memory that is about to be written, all at once; where the system cannot, nothing happens.
void akin_populate_pages(void *start, int64_t count);

/// Lets the disk begin to write a part of a file, and does not wait for it; where the system cannot, nothing happens.
void akin_start_writing(int32_t descriptor, int64_t offset, int64_t count);

/// Writes whole cache lines to memory without reading them into the cache first; both addresses are multiples of 64.
static inline __attribute__((always_inline)) void akin_stream_lines(void *to, const void *from, int64_t lines) {
    typedef float akin_part __attribute__((vector_size(16)));
    akin_part *target = (akin_part *)to;
    const akin_part *source = (const akin_part *)from;
#pragma clang loop unroll(full)
    for (int64_t part = 0; part < 4 * lines; part++) __builtin_nontemporal_store(source[part], target + part);
}

/// Comes after the last of such lines, before another thread reads them.
static inline void akin_finish_streams(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

#endif
