#ifndef CAKINKERNELS_H
#define CAKINKERNELS_H

/* What the compiler offers in C and Swift cannot say. */

/* Asks for the cache line at `address`; harmless for any address, mapped or not. */
static inline void akin_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

#endif
