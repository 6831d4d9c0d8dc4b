#include "akin_links.h"

#define INLINE static inline __attribute__((always_inline))

// Edges ahead whose row is asked for.
#define AHEAD 32

INLINE void ask(const struct akin_link_rows *rows, uint32_t node) { __builtin_prefetch(rows->offsets + node, 0, 2); }

// 0 where the node does not exist or its row is damaged.
INLINE int make(const struct akin_link_rows *rows, uint32_t node, uint64_t *link) {
    if (node >= rows->node_count) return 0;
    const uint64_t start = rows->offsets[node], end = rows->offsets[node + 1];
    const uint64_t full = ~0ull >> rows->degree;
    if (start > end || end > rows->edge_count || end - start > UINT32_MAX) return 0;
    // Where a row without edges begins does not matter, and may be one more than the field holds.
    const uint64_t degree = end - start;
    *link = node | (degree == 0 ? 0 : start) << rows->start | (degree < full ? degree : full) << rows->degree;
    return 1;
}

int64_t akin_links(const struct akin_link_rows *rows, const uint32_t *neighbors, int64_t count, uint64_t *links) {
    for (int64_t edge = 0; edge < count; edge++) {
        // Harmless for any address.
        if (edge + AHEAD < count) ask(rows, neighbors[edge + AHEAD]);
        if (!make(rows, neighbors[edge], links + edge)) return edge;
    }
    return count;
}

int64_t akin_linked_draws(
    const struct akin_link_rows *rows, const struct akin_walk_draw *draws, int64_t count,
    struct akin_walk_linked_draw *linked) {
    for (int64_t edge = 0; edge < count; edge++) {
        if (edge + AHEAD < count) {
            ask(rows, draws[edge + AHEAD].own);
            ask(rows, draws[edge + AHEAD].other);
        }
        uint64_t own, other;
        if (!make(rows, draws[edge].own, &own) || !make(rows, draws[edge].other, &other)) return edge;
        linked[edge] = (struct akin_walk_linked_draw){
            {(uint32_t)own, (uint32_t)(own >> 32)}, draws[edge].threshold, {(uint32_t)other, (uint32_t)(other >> 32)}};
    }
    return count;
}
