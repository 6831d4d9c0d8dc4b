#define _GNU_SOURCE
#include "akin_memory.h"

#include <fcntl.h>
#include <malloc.h>

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

void akin_start_writing(int32_t descriptor, int64_t offset, int64_t count) {
#ifdef SYNC_FILE_RANGE_WRITE
  // A hint; the sync at the end decides.
  (void)sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE);
#else
  (void)descriptor, (void)offset, (void)count;
#endif
}
