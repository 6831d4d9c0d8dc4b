#include "akin_walks.h"

#include "akin_isa.h"
#include "walks_lanes.h"

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

// A loop for each kind, alike and by weight.
#define WALK(NAME, TARGET, LOOP)                                                                                    \
    TARGET static int NAME(struct akin_walk *walk) {                                                                \
        const int is_weighted = walk->ways[0].draws != 0;                                                           \
        switch (walk->kind) {                                                                                       \
        case AKIN_WALK_NODES: return is_weighted ? LOOP(walk, AKIN_WALK_NODES, 1) : LOOP(walk, AKIN_WALK_NODES, 0); \
        case AKIN_WALK_RETURNS:                                                                                     \
            return is_weighted ? LOOP(walk, AKIN_WALK_RETURNS, 1) : LOOP(walk, AKIN_WALK_RETURNS, 0);               \
        case AKIN_WALK_VISITS:                                                                                      \
            return is_weighted ? LOOP(walk, AKIN_WALK_VISITS, 1) : LOOP(walk, AKIN_WALK_VISITS, 0);                 \
        case AKIN_WALK_PREFERRED:                                                                                   \
            return is_weighted ? LOOP(walk, AKIN_WALK_PREFERRED, 1) : LOOP(walk, AKIN_WALK_PREFERRED, 0);           \
        }                                                                                                           \
        return 0;                                                                                                   \
    }

#define ANYWHERE
WALK(walk_default, ANYWHERE, walk_plain)

#if defined(__x86_64__)
#include "walks_v4.h"

WALK(walk_v4, V4, walk_lanes_v4)

akin_walk_function akin_walks_level(int level) {
    if (!akin_isa_has(level)) return 0;
    return level == 4 ? walk_v4 : walk_default;
}
#else
akin_walk_function akin_walks_level(int level) { return akin_isa_has(level) ? walk_default : 0; }
#endif

akin_walk_function akin_walks(void) { return akin_walks_level(akin_isa_level()); }
