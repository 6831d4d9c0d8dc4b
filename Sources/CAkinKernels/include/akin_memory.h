#ifndef AKIN_MEMORY_H
#define AKIN_MEMORY_H

#include <stdint.h>

/// Gives pages of the heap that nothing lives on back to the system: after much that was allocated in small pieces is
/// freed, and before as much is mapped.
void akin_release_free_memory(void);

/// Lets the disk begin to write a part of a file, and does not wait for it; where the system cannot, nothing happens.
void akin_start_writing(int32_t descriptor, int64_t offset, int64_t count);

#endif
