// The visits of short walks, ranked: what is counted is so little that comparing all with all costs less than a table.
#ifndef AKIN_VISITS_H
#define AKIN_VISITS_H

#include <stdint.h>

// Visits at most.
#define AKIN_VISITS_LIMIT 128

// The `size` most visited of up to AKIN_VISITS_LIMIT visits without those to `node`, equals by ascending number, and their
// shares of the visits to those kept; how many there are. `neighbors` and `shares` have room for AKIN_VISITS_LIMIT.
typedef int64_t (*akin_rank_visits_function)(
    const uint32_t *visits, int64_t count, uint32_t node, int64_t size, uint32_t *neighbors, float *shares);

// The one for this host, see akin_isa.h.
akin_rank_visits_function akin_rank_visits(void);
// The one of a level (0, 3 or 4); NULL where the host or the build has none.
akin_rank_visits_function akin_rank_visits_level(int level);

#endif
