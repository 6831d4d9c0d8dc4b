// Inner loops of counting how many connectors two nodes share.
#ifndef AKIN_COUNTS_H
#define AKIN_COUNTS_H

#include <stdint.h>

// Adds 1 to counts[labels[p]] for every p in offsets[c]..<offsets[c + 1] of every connector c. Where `marks` is not
// NULL, marks[label / 64] becomes 1 for each label met. The caller vouches for all positions, and that no count exceeds
// its type.
void akin_count_8(
    uint8_t *counts, uint8_t *marks, const uint32_t *connectors, int64_t count, const int64_t *offsets,
    const uint32_t *labels);
void akin_count_16(
    uint16_t *counts, uint8_t *marks, const uint32_t *connectors, int64_t count, const int64_t *offsets,
    const uint32_t *labels);
void akin_count_32(
    uint32_t *counts, uint8_t *marks, const uint32_t *connectors, int64_t count, const int64_t *offsets,
    const uint32_t *labels);

// Adds to counts[l], for every p in offsets[c]..<offsets[c + 1] of every connector c, the product of the connector's
// factor and n, where labels[p] is l * 256 + n. Otherwise as above; counts that exceed their type wrap around.
void akin_sum_16(
    uint16_t *counts, uint8_t *marks, const uint32_t *connectors, const uint8_t *factors, int64_t count,
    const int64_t *offsets, const uint32_t *labels);
void akin_sum_32(
    uint32_t *counts, uint8_t *marks, const uint32_t *connectors, const uint8_t *factors, int64_t count,
    const int64_t *offsets, const uint32_t *labels);

// Scores of overlaps up to this are known for each group.
#define AKIN_KNOWN_BOUNDS 8

// A pass over counts by blocks of 64, group by group.
struct akin_count_scan {
    // The blocks to look at, ascending; NULL for all of them.
    const uint32_t *blocks;
    int64_t block_count;
    // By block; groups are runs of blocks.
    const uint32_t *group_of_block;
    // By group, then by overlap from 1 on: the best score that the overlap can have in the group.
    const double *bounds;
    // By group; where it is not NULL, counts below `threshold` times this are passed over, and `bounds` is not looked at.
    const double *roots;
    // By position, with `roots`: of what is taken, counts below `threshold` times this are left out too, but for a margin
    // of rounding. Zero counts are never looked up.
    const float *label_roots;
    // Overlaps whose best score is below it are passed over.
    double threshold;
    // The least overlap that is taken, never falling from group to group; at least 1.
    uint32_t least;
    // No overlap is above it.
    uint32_t degree;
    // The group of what was taken.
    uint32_t group;
    // Whether `least` has been settled for the group of `next`.
    uint32_t is_entered;
    // Which of the blocks is next.
    int64_t next;
};

// A scan goes on to the end of the next group that has counts of at least `least`, takes them out, and returns how many
// there are: their positions and values, ascending by position. All counts passed on the way become zero. Both outputs
// have room for one more than the longest group. It returns 0 at the end, and -1 where `least` has risen above the known
// bounds: the caller then settles it for `group` and calls again.
struct akin_count_kernels {
    // Takes the counts in start..<end that are at least `least` out of `counts`, which is zeroed there, as a scan does.
    // `start` and `end` are multiples of 64.
    int64_t (*take_8)(
        uint8_t *counts, int64_t start, int64_t end, uint32_t least, uint32_t *positions, uint32_t *values);
    int64_t (*scan_8)(struct akin_count_scan *scan, uint8_t *counts, uint32_t *positions, uint32_t *values);
    int64_t (*scan_16)(struct akin_count_scan *scan, uint16_t *counts, uint32_t *positions, uint32_t *values);
};

// The kernels for this host, see akin_isa.h.
const struct akin_count_kernels *akin_counts(void);
// The kernels of a level (0, 3 or 4); NULL where the host or the build has none.
const struct akin_count_kernels *akin_counts_level(int level);

// The scan of the few nodes whose overlaps need it.
int64_t akin_scan_32(struct akin_count_scan *scan, uint32_t *counts, uint32_t *positions, uint32_t *values);

#endif
