// Inner loops of counting each pair of nodes once: rows in ascending order, each with what lies behind it.
#ifndef AKIN_PAIRS_H
#define AKIN_PAIRS_H

#include <stdint.h>

// Ends each row of labels; itself no label.
#define AKIN_PAIRS_END UINT32_MAX

// Lays out the rows of the connectors first..<end from those of the labels. Label l has as many connectors as there are
// places in offsets[l]..<offsets[l + 1]; they begin at connectors[places[l]]. For the edge e of that range to connector c,
// l goes to labels[cursors[c - first]++], and starts[e] becomes the place behind it. rows[c - first] is where a row begins,
// with a place to spare at its end. `behind` gets, by label, how many labels come behind it in those rows, and `beside` how
// many others are in them at all; both are added to. What a row has no place for is passed over. The caller vouches for the
// rest.
void akin_pairs_place(
    const int64_t *offsets, const int64_t *places, int64_t label_count, const uint32_t *connectors, uint32_t first,
    uint32_t end, uint32_t *cursors, const uint32_t *rows, uint32_t *labels, uint32_t *starts, int64_t *behind,
    int64_t *beside);

// Adds 1 to counts[labels[p]] for every p from starts[s] to the end of that row, for the first `count` of the `available`
// starts; those behind are asked for in advance. Where `marks` is not NULL, marks[label / 64] becomes 1 for each label
// met. The caller vouches for all positions, and that no count exceeds its type.
void akin_pairs_count_8(
    uint8_t *counts, uint8_t *marks, const uint32_t *starts, int64_t count, int64_t available, const uint32_t *labels);
void akin_pairs_count_32(
    uint32_t *counts, const uint32_t *starts, int64_t count, int64_t available, const uint32_t *labels);

// A pass over counts by blocks of 64.
struct akin_pairs_scan {
    // By label: the least count that its list may take, at least 1. Positions that are no label have any.
    const uint8_t *needs;
    // By block: the least of them, or less.
    const uint8_t *block_needs;
    // By group, a run of blocks: the first block behind it. The last one ends at `end` or behind it.
    const uint32_t *group_ends;
    // By group: the least count that the list of the row may take, at least 1.
    const uint32_t *own_needs;
    // The group of `first`.
    int64_t group;
    // The blocks to look at.
    int64_t first;
    int64_t end;
};

// Takes out the counts that are at least the need of their own label or of the row, positions and values ascending by
// position, and returns how many there are; all counts looked at become zero. A need of 255 stands for all above it too.
// Both outputs have room for as many as there are counts. With marks, only marked blocks are looked at, and the marks
// become zero; they are padded to whole blocks of 64 and none is below `first`.
struct akin_pairs_kernels {
    int64_t (*scan_8)(
        const struct akin_pairs_scan *scan, uint8_t *counts, uint8_t *marks, uint32_t *positions, uint32_t *values);
};

// The kernels for this host, see akin_isa.h.
const struct akin_pairs_kernels *akin_pairs(void);
// The kernels of a level (0, 3 or 4); NULL where the host or the build has none.
const struct akin_pairs_kernels *akin_pairs_level(int level);

// The same for the few rows of hubs, which only meet each other.
int64_t akin_pairs_scan_32(
    const struct akin_pairs_scan *scan, uint32_t *counts, uint32_t *positions, uint32_t *values);

#endif
