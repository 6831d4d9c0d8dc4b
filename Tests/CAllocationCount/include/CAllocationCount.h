#ifndef C_ALLOCATION_COUNT_H
#define C_ALLOCATION_COUNT_H

#include <stdbool.h>
#include <stdint.h>

/// Whether the functions of this process that take memory from the heap are counted: under glibc, without sanitizers.
bool akin_counts_allocations(void);

/// How often this thread has taken memory from the heap so far.
uint64_t akin_allocation_count(void);

/// The most bytes that this thread has asked for at once since the last call.
uint64_t akin_largest_allocation(void);

#endif
