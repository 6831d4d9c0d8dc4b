// Rows sorted one by one: what a counting sort by node leaves to be done.
#ifndef AKIN_ROWS_H
#define AKIN_ROWS_H

#include <stdint.h>

// Rows lie behind each other; row r is what lies from starts[r] to starts[r + 1]. `scratch` has room for the longest.
struct akin_row_sorting {
    // Ascending.
    void (*narrow)(uint32_t *values, const uint32_t *starts, int64_t rows, uint32_t *scratch);
    // Ascending, of values that differ, whose lower halves ascend in each row already.
    void (*wide)(uint64_t *values, const uint32_t *starts, int64_t rows, uint64_t *scratch);
};

// The one for this host, see akin_isa.h; NULL where its vectors are no better than sorting all rows at once by digits.
const struct akin_row_sorting *akin_row_sorting(void);
// The one of a level (0, 3 or 4).
const struct akin_row_sorting *akin_row_sorting_level(int level);

#endif
