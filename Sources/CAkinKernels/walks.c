#include "akin_walks.h"

#include "akin_isa.h"
#include "walks_lanes.h"
#include "walks_links.h"

#define GROUPS (AKIN_WALK_LANES / 8)

// The form for every host: one walker after the other.
INLINE int walk_plain(struct akin_walk *walk, enum akin_walk_kind kind, int is_weighted) {
    struct lanes lanes;
    start(walk, &lanes, kind);
    const struct akin_walk_way *const ways = walk->ways;
    while (lanes.live > 0) {
        for (int group = 0; group < GROUPS; group++) {
            for (unsigned bits = lanes.active[group]; bits != 0; bits &= bits - 1) {
                const int lane = 8 * group + __builtin_ctz(bits);
                uint64_t first, degree;
                if (!depart(walk, &lanes, lane, kind, &first, &degree)) return 0;
                if (degree == 0) continue;
                const uint64_t product = (draw(lanes.random + lane) >> 32) * degree;
                const uint64_t edge = first + reduced(product, (uint32_t)degree, lanes.random + lane);
                const struct akin_walk_way *const way = ways + lanes.state[lane];
                lanes.edge[lane] =
                    (uint64_t)(is_weighted ? (uintptr_t)(way->draws + edge) : (uintptr_t)(way->neighbors + edge));
                ASK(lanes.edge[lane]);
                // An entry may lie across two cache lines.
                if (is_weighted) ASK(lanes.edge[lane] + sizeof(struct akin_walk_draw) - 1);
            }
        }
        for (int group = 0; group < GROUPS; group++) {
            for (unsigned bits = lanes.active[group]; bits != 0; bits &= bits - 1) {
                const int lane = 8 * group + __builtin_ctz(bits);
                const struct akin_walk_way *const way = ways + lanes.state[lane];
                lanes.previous[lane] = lanes.node[lane];
                uint64_t neighbor;
                if (is_weighted) {
                    const struct akin_walk_draw entry = *(const struct akin_walk_draw *)(uintptr_t)lanes.edge[lane];
                    neighbor = draw(lanes.random + lane) >> 32 < entry.threshold ? entry.own : entry.other;
                } else {
                    neighbor = *(const uint32_t *)(uintptr_t)lanes.edge[lane];
                }
                if (neighbor >= way->neighbor_count) return damaged(walk, &lanes, lane);
                lanes.node[lane] = neighbor;
                lanes.state[lane] = way->next;
                if (arrive(walk, &lanes, lane, kind)) end(walk, &lanes, lane, kind);
                const uint64_t *const row = ways[lanes.state[lane]].offsets + lanes.node[lane];
                ASK(row);
                ASK(row + 1);
            }
        }
    }
    return 1;
}

// A loop for each kind, alike and by weight, over rows and over links.
#define KIND(walk, kind, ROWS, LINKS)                                                                               \
    if (walk->ways[0].links) return LINKS(walk, kind, 0);                                                           \
    if (walk->ways[0].linked_draws) return LINKS(walk, kind, 1);                                                    \
    return walk->ways[0].draws ? ROWS(walk, kind, 1) : ROWS(walk, kind, 0)

#define WALK(NAME, TARGET, ROWS, LINKS)                                                                             \
    TARGET static int NAME(struct akin_walk *walk) {                                                                \
        switch (walk->kind) {                                                                                       \
        case AKIN_WALK_NODES: KIND(walk, AKIN_WALK_NODES, ROWS, LINKS);                                             \
        case AKIN_WALK_RETURNS: KIND(walk, AKIN_WALK_RETURNS, ROWS, LINKS);                                         \
        case AKIN_WALK_VISITS: KIND(walk, AKIN_WALK_VISITS, ROWS, LINKS);                                           \
        case AKIN_WALK_PREFERRED: KIND(walk, AKIN_WALK_PREFERRED, ROWS, LINKS);                                     \
        }                                                                                                           \
        return 0;                                                                                                   \
    }

#define ANYWHERE
WALK(walk_default, ANYWHERE, walk_plain, walk_links_plain)

#if defined(__x86_64__)
#include "walks_v4.h"
#include "walks_links_v4.h"

WALK(walk_v4, V4, walk_lanes_v4, walk_links_v4)

akin_walk_function akin_walks_level(int level) {
    if (!akin_isa_has(level)) return 0;
    return level == 4 ? walk_v4 : walk_default;
}
#else
akin_walk_function akin_walks_level(int level) { return akin_isa_has(level) ? walk_default : 0; }
#endif

akin_walk_function akin_walks(void) { return akin_walks_level(akin_isa_level()); }
