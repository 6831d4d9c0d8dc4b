// Links: one word an edge that holds a neighbour and where its own row lies, so that a walk reads one place a hop and not
// two, the row and then the neighbour.
#ifndef AKIN_LINKS_H
#define AKIN_LINKS_H

#include <stdint.h>

#include "akin_walks.h"

// The rows that links lead to. From the lowest bit up a link has the node, from `start` on the position of its first edge,
// from `degree` on how many edges it has; all bits set where the field cannot hold that, and the offsets tell.
struct akin_link_rows {
    const uint64_t *offsets;
    uint64_t node_count;
    uint64_t edge_count;
    uint32_t start;
    uint32_t degree;
};

// Links for `count` edges; how many were made before the first neighbour that does not exist, or whose row is damaged.
int64_t akin_links(const struct akin_link_rows *rows, const uint32_t *neighbors, int64_t count, uint64_t *links);

// The same for entries of alias tables.
int64_t akin_linked_draws(
    const struct akin_link_rows *rows, const struct akin_walk_draw *draws, int64_t count,
    struct akin_walk_linked_draw *linked);

#endif
