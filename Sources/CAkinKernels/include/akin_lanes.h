// Sums over the edges of rows, for sixteen questions side by side.
#ifndef AKIN_LANES_H
#define AKIN_LANES_H

#include <stdint.h>

// What one pass reads: row r has the edges offsets[r] to offsets[r + 1], each with a neighbour and, unless `weights` is NULL,
// a weight; `values` has sixteen numbers a neighbour.
struct akin_lane_rows {
    const uint64_t *offsets;
    const uint32_t *neighbors;
    const float *weights;
    const double *values;
    // Entries of `neighbors`, up to where memory may be asked for ahead.
    int64_t edge_count;
    // Multiplies each sum.
    double factor;
};

// For each of the rows first..<first + count: factor times the sum of weight times value, to the sixteen numbers of its place
// in `run`, or added to them. Edges are added up one after the other and no product is fused with a sum, so a lane has the
// same bits at every level, and those that it has alone.
typedef void (*akin_gather_lanes)(
    const struct akin_lane_rows *rows, int64_t first, int64_t count, int adds, double *run);

// The one for this host, see akin_isa.h.
akin_gather_lanes akin_lanes(void);
// The one of a level (0, 3 or 4); NULL where the host or the build has none.
akin_gather_lanes akin_lanes_level(int level);

#endif
