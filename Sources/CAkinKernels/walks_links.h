// The form of walks.c for walks over links, for every host: what a hop reads is one word, the neighbour and its row.
#ifndef AKIN_WALKS_LINKS_H
#define AKIN_WALKS_LINKS_H

#include "walks_lanes.h"

// The row of the source of a lane that begins, or of the next task that leads anywhere; 0 where there is none and a sound
// graph has one.
static int set_out(struct akin_walk *walk, struct lanes *lanes, int64_t lane, enum akin_walk_kind kind) {
    while (lanes->active[lane / 8] >> lane % 8 & 1) {
        const struct akin_walk_way *const way = walk->ways + lanes->state[lane];
        const uint64_t start = way->offsets[lanes->node[lane]];
        const uint64_t stop = way->offsets[lanes->node[lane] + 1];
        const uint64_t degree = stop - start;
        if (start > stop || stop > way->edge_count || degree > UINT32_MAX) return damaged(walk, lanes, lane);
        if (degree != 0) {
            lanes->start[lane] = lanes->home_start[lane] = start;
            lanes->degree[lane] = lanes->home_degree[lane] = degree;
            if (kind == AKIN_WALK_PREFERRED && lanes->state[lane] != 0) {
                const double factor = preference(walk, degree);
                lanes->worth[lane] = factor > 1 ? factor : 1;
            }
            lanes->home_worth[lane] = lanes->worth[lane];
            return 1;
        }
        if (writes_visits(kind)) return damaged(walk, lanes, lane);
        end(walk, lanes, lane, kind);
    }
    return 1;
}

// Where the field of a link is full.
static inline uint64_t degree_at(const struct akin_walk *walk, uint64_t state, uint64_t node) {
    const uint64_t *const offsets = walk->ways[state].offsets + node;
    return offsets[1] - offsets[0];
}

INLINE void draw_edge(const struct akin_walk *walk, struct lanes *lanes, int64_t lane, int is_weighted) {
    const uint64_t degree = lanes->degree[lane];
    const uint64_t product = (draw(lanes->random + lane) >> 32) * degree;
    const uint64_t edge = lanes->start[lane] + reduced(product, (uint32_t)degree, lanes->random + lane);
    const struct akin_walk_way *const way = walk->ways + lanes->state[lane];
    lanes->edge[lane] = (uint64_t)(is_weighted ? (uintptr_t)(way->linked_draws + edge) : (uintptr_t)(way->links + edge));
    ASK(lanes->edge[lane]);
    if (is_weighted) ASK(lanes->edge[lane] + sizeof(struct akin_walk_linked_draw) - 1);
}

INLINE uint64_t drawn_link(struct lanes *lanes, int64_t lane, int is_weighted) {
    if (!is_weighted) return *(const uint64_t *)(uintptr_t)lanes->edge[lane];
    const struct akin_walk_linked_draw *const entry =
        (const struct akin_walk_linked_draw *)(uintptr_t)lanes->edge[lane];
    const uint32_t *const halves = draw(lanes->random + lane) >> 32 < entry->threshold ? entry->own : entry->other;
    return halves[0] | (uint64_t)halves[1] << 32;
}

// One hop of a lane: 0 where a sound graph leads on.
INLINE int hop(struct akin_walk *walk, struct lanes *lanes, int64_t lane, enum akin_walk_kind kind, int is_weighted) {
    const uint64_t link = drawn_link(lanes, lane, is_weighted);
    const uint64_t state = walk->ways[lanes->state[lane]].next;
    const uint64_t node = link & ((1ull << walk->link_start) - 1);
    const uint64_t start = link >> walk->link_start & ((1ull << (walk->link_degree - walk->link_start)) - 1);
    uint64_t degree = link >> walk->link_degree;
    if (__builtin_expect(degree == ~0ull >> walk->link_degree, 0)) degree = degree_at(walk, state, node);
    if (kind == AKIN_WALK_PREFERRED && state != 0) {
        const double factor = preference(walk, degree);
        if (factor < 1 && (double)(draw(lanes->random + lane) >> 11) * 0x1p-53 >= factor) {
            // It stays where it is, which uses up a step.
            if (--lanes->left[lane] != 0) return 1;
            end(walk, lanes, lane, kind);
            return set_out(walk, lanes, lane, kind);
        }
        lanes->worth[lane] = factor > 1 ? factor : 1;
    }
    lanes->previous[lane] = lanes->node[lane];
    lanes->node[lane] = node;
    lanes->state[lane] = state;
    lanes->start[lane] = start;
    lanes->degree[lane] = degree;
    if (arrive(walk, lanes, lane, kind)) {
        end(walk, lanes, lane, kind);
        return set_out(walk, lanes, lane, kind);
    }
    if (kind != AKIN_WALK_NODES && lanes->hops[lane] == 0) {
        lanes->start[lane] = lanes->home_start[lane];
        lanes->degree[lane] = lanes->home_degree[lane];
        lanes->worth[lane] = lanes->home_worth[lane];
    }
    if (__builtin_expect(lanes->degree[lane] != 0, 1)) return 1;
    return strand(walk, lanes, lane, kind) && set_out(walk, lanes, lane, kind);
}

INLINE int walk_links_plain(struct akin_walk *walk, enum akin_walk_kind kind, int is_weighted) {
    struct lanes lanes;
    start(walk, &lanes, kind);
    for (int lane = 0; lane < AKIN_WALK_LANES; lane++) {
        if (!set_out(walk, &lanes, lane, kind)) return 0;
        if (lanes.active[lane / 8] >> lane % 8 & 1) draw_edge(walk, &lanes, lane, is_weighted);
    }
    while (lanes.live > 0) {
        for (int group = 0; group < AKIN_WALK_LANES / 8; group++) {
            for (unsigned bits = lanes.active[group]; bits != 0; bits &= bits - 1) {
                const int lane = 8 * group + __builtin_ctz(bits);
                if (!hop(walk, &lanes, lane, kind, is_weighted)) return 0;
                if (lanes.active[group] >> lane % 8 & 1) draw_edge(walk, &lanes, lane, is_weighted);
            }
        }
    }
    return 1;
}

#endif
