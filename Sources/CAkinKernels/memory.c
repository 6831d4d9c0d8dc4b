#define _GNU_SOURCE
#include "akin_memory.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>

void akin_release_free_memory(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

void akin_share_heap(void) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);
#endif
}

int32_t akin_move_pages(void *from, void *to, int64_t count) {
#ifdef MREMAP_DONTUNMAP
  const int flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
  return mremap(from, (size_t)count, (size_t)count, flags, to) == to;
#else
  return (void)from, (void)to, (void)count, 0;
#endif
}

void akin_populate_pages(void *start, int64_t count) {
#ifdef MADV_POPULATE_WRITE
  // A hint: pages that it does not find are found when they are written.
  (void)madvise(start, (size_t)count, MADV_POPULATE_WRITE);
#else
  (void)start, (void)count;
#endif
}

void akin_start_writing(int32_t descriptor, int64_t offset, int64_t count) {
#ifdef SYNC_FILE_RANGE_WRITE
  // A hint; the sync at the end decides.
  (void)sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE);
#else
  (void)descriptor, (void)offset, (void)count;
#endif
}
