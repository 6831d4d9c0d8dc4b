// Walks along paths whose every state has one way, by edges that are alike or drawn by tables: many walkers in turns, and
// the same draws one by one or eight in a vector.
#ifndef AKIN_WALKS_H
#define AKIN_WALKS_H

#include <stdint.h>

#define AKIN_WALK_WAYS 8
#define AKIN_WALK_LANES 64

// An entry of an alias table: `own` with probability threshold / 2^32, else `other`.
struct akin_walk_draw {
    uint32_t threshold;
    uint32_t own;
    uint32_t other;
};

// The same with links, see akin_links.h, of two words each, low half first: twenty bytes, and not the twenty-four that whole
// words would take.
struct akin_walk_linked_draw {
    uint32_t own[2];
    uint32_t threshold;
    uint32_t other[2];
};

// The way that leaves a state; ways and states have the same numbers.
struct akin_walk_way {
    const uint64_t *offsets;
    const uint32_t *neighbors;
    // One an edge, in place of `neighbors`, in all ways or in none.
    const struct akin_walk_draw *draws;
    // In place of these, in all ways or in none: a link an edge into the rows of the way of `next`, or a linked draw.
    const uint64_t *links;
    const struct akin_walk_linked_draw *linked_draws;
    uint64_t edge_count;
    uint64_t neighbor_count;
    // The state it leads to.
    uint64_t next;
    // Where the numbering of the nodes of the state that it leaves starts, in what AKIN_WALK_NODES writes.
    uint64_t label;
};

// What a walk is for.
enum akin_walk_kind {
    // One walk: every node is written, the source too, until `budget` are.
    AKIN_WALK_NODES,
    // `budget` walks: nodes of the state of the source are written; after each a walk ends below `threshold`, and after
    // `hop_limit` hops.
    AKIN_WALK_RETURNS,
    // `budget` steps: arrivals at state 0 are written as visits; after each the walker goes home below `threshold`.
    AKIN_WALK_VISITS,
    // The same, but at a node of state 1 with f = powers[degree] · scale a walker looks before it goes on: below 1 it is
    // kept with probability f, else it goes back where it came from, which uses up a step; what follows counts max(1, f).
    AKIN_WALK_PREFERRED,
};

// What AKIN_WALK_VISITS and AKIN_WALK_PREFERRED write; the others write a uint32_t a node.
struct akin_walk_visit {
    uint32_t candidate;
    uint32_t connector;
    double worth;
};

struct akin_walk_task {
    uint64_t random;
    uint32_t source;
    uint32_t state;
    // At least 1; for AKIN_WALK_NODES at least 2.
    uint64_t budget;
    // Number of its first record. There is room for all that its budget allows.
    uint64_t output;
    // Arrivals at most so many hops from home are summed up and not written; where visits are.
    uint64_t first_hops;
};

struct akin_walk_end {
    uint64_t written;
    double first_steps;
};

struct akin_walk {
    enum akin_walk_kind kind;
    // AKIN_WALK_WAYS of them, of which the states use as many as there are.
    const struct akin_walk_way *ways;
    const struct akin_walk_task *tasks;
    int64_t task_count;
    void *records;
    struct akin_walk_end *ends;
    // Against the upper 53 bits of a draw.
    uint64_t threshold;
    uint64_t hop_limit;
    // For AKIN_WALK_PREFERRED: degree^exponent by degree, and for those beyond `power_count` by the library.
    const double *powers;
    uint64_t power_count;
    double exponent;
    double scale;
    // Of all links: where the fields after the node begin.
    uint32_t link_start;
    uint32_t link_degree;
    // Walkers at most, 1 to AKIN_WALK_LANES.
    int64_t lanes;
    // What the ways read a hop: where all of it is near, asking for memory ahead may cost more than waiting.
    uint64_t byte_count;
    // Where it failed.
    uint64_t damaged_way;
    uint64_t damaged_node;
};

// Walks all tasks; 0 where a row or a neighbour is not what a sound graph has. Rows and neighbours are checked before
// they are used, so tasks alone must be right: sources below the nodes of their state. Links are right, since they were
// checked when they were made.
//
// A draw is a step of SplitMix64 from the task's state on, and an edge Lemire's reduction of its upper half, so every level
// writes the same.
typedef int (*akin_walk_function)(struct akin_walk *walk);

// The one for this host, see akin_isa.h.
akin_walk_function akin_walks(void);
// The one of a level (0, 3 or 4); NULL where the host or the build has none.
akin_walk_function akin_walks_level(int level);

#endif
