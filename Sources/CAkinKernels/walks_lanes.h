// What walkers are in memory, and what happens to one of them now and then: shared by the forms of walks.c.
#ifndef AKIN_WALKS_LANES_H
#define AKIN_WALKS_LANES_H

#include <math.h>

#include "akin_walks.h"

// To the second level of the cache: requests that go there do not hold the few places that the first level has for lines
// on their way, so more of them are under way at a time.
#define ASK(ADDRESS) __builtin_prefetch((const void *)(uintptr_t)(ADDRESS), 0, 2)

#define INLINE static inline __attribute__((always_inline))
#define INCREMENT 0x9E3779B97F4A7C15ull
#define FACTOR_1 0xBF58476D1CE4E5B9ull
#define FACTOR_2 0x94D049BB133111EBull

// By walker, so that eight of them are one vector.
struct lanes {
    _Alignas(64) uint64_t random[AKIN_WALK_LANES];
    uint64_t node[AKIN_WALK_LANES];
    uint64_t state[AKIN_WALK_LANES];
    // Address of the neighbour, or the entry, that was drawn.
    uint64_t edge[AKIN_WALK_LANES];
    uint64_t source[AKIN_WALK_LANES];
    uint64_t home[AKIN_WALK_LANES];
    uint64_t hops[AKIN_WALK_LANES];
    uint64_t left[AKIN_WALK_LANES];
    // Address of the next record.
    uint64_t output[AKIN_WALK_LANES];
    uint64_t first_hops[AKIN_WALK_LANES];
    double first_steps[AKIN_WALK_LANES];
    // What an arrival counts, and the node before `node`.
    double worth[AKIN_WALK_LANES];
    uint64_t previous[AKIN_WALK_LANES];
    int64_t task[AKIN_WALK_LANES];
    // Over links: the row of `node`, and what a walker that goes home takes back.
    uint64_t start[AKIN_WALK_LANES];
    uint64_t degree[AKIN_WALK_LANES];
    uint64_t home_start[AKIN_WALK_LANES];
    uint64_t home_degree[AKIN_WALK_LANES];
    double home_worth[AKIN_WALK_LANES];
    // A bit a walker: those with a task, and of these those that drew an edge this turn.
    uint8_t active[AKIN_WALK_LANES / 8];
    uint8_t drawn[AKIN_WALK_LANES / 8];
    int64_t next;
    int64_t live;
};

INLINE uint64_t draw(uint64_t *state) {
    uint64_t z = *state += INCREMENT;
    z = (z ^ z >> 30) * FACTOR_1;
    z = (z ^ z >> 27) * FACTOR_2;
    return z ^ z >> 31;
}

// The number below `bound` that begins with `product`, a draw times the bound; draws again where that would be biased.
INLINE uint64_t reduced(uint64_t product, uint32_t bound, uint64_t *state) {
    if (__builtin_expect((uint32_t)product < bound, 0)) {
        const uint32_t threshold = -bound % bound;
        while ((uint32_t)product < threshold) product = (draw(state) >> 32) * bound;
    }
    return product >> 32;
}

INLINE int writes_visits(enum akin_walk_kind kind) { return kind == AKIN_WALK_VISITS || kind == AKIN_WALK_PREFERRED; }

INLINE uint64_t record_size(enum akin_walk_kind kind) {
    return writes_visits(kind) ? sizeof(struct akin_walk_visit) : sizeof(uint32_t);
}

INLINE void go_home(struct lanes *lanes, int64_t lane) {
    lanes->node[lane] = lanes->source[lane];
    lanes->state[lane] = lanes->home[lane];
    lanes->hops[lane] = 0;
}

// Hands the lane to the next task, or leaves it.
static inline void begin(struct akin_walk *walk, struct lanes *lanes, int64_t lane, enum akin_walk_kind kind) {
    const uint8_t bit = (uint8_t)(1 << lane % 8);
    if (lanes->next == walk->task_count) {
        lanes->active[lane / 8] &= (uint8_t)~bit;
        lanes->live--;
        lanes->source[lane] = lanes->home[lane] = 0;
        go_home(lanes, lane);
        return;
    }
    const struct akin_walk_task *task = walk->tasks + lanes->next;
    lanes->task[lane] = lanes->next++;
    lanes->random[lane] = task->random;
    lanes->source[lane] = task->source;
    lanes->home[lane] = task->state;
    lanes->left[lane] = task->budget;
    lanes->output[lane] = (uint64_t)(uintptr_t)walk->records + task->output * record_size(kind);
    lanes->first_hops[lane] = task->first_hops;
    lanes->first_steps[lane] = 0;
    lanes->worth[lane] = 1;
    go_home(lanes, lane);
    if (kind == AKIN_WALK_NODES) {
        *(uint32_t *)(uintptr_t)lanes->output[lane] = (uint32_t)(walk->ways[task->state].label + task->source);
        lanes->output[lane] += sizeof(uint32_t);
        lanes->left[lane]--;
    }
}

// The task of the lane is done.
static inline void end(struct akin_walk *walk, struct lanes *lanes, int64_t lane, enum akin_walk_kind kind) {
    const int64_t task = lanes->task[lane];
    const uint64_t records = (lanes->output[lane] - (uint64_t)(uintptr_t)walk->records) / record_size(kind);
    walk->ends[task].written = records - walk->tasks[task].output;
    walk->ends[task].first_steps = lanes->first_steps[lane];
    begin(walk, lanes, lane, kind);
}

INLINE int damaged(struct akin_walk *walk, const struct lanes *lanes, int64_t lane) {
    walk->damaged_way = lanes->state[lane];
    walk->damaged_node = lanes->node[lane];
    return 0;
}

// No edge leads on; 0 where a sound graph always has one.
static inline int strand(struct akin_walk *walk, struct lanes *lanes, int64_t lane, enum akin_walk_kind kind) {
    if (writes_visits(kind)) return damaged(walk, lanes, lane);
    // Where the source itself leads nowhere, going home would never end.
    if (kind == AKIN_WALK_RETURNS && lanes->hops[lane] != 0 && --lanes->left[lane] != 0)
        go_home(lanes, lane);
    else
        end(walk, lanes, lane, kind);
    return 1;
}

INLINE double preference(const struct akin_walk *walk, uint64_t degree) {
    return (degree < walk->power_count ? walk->powers[degree] : pow((double)degree, walk->exponent)) * walk->scale;
}

// The lane is refused the node it looks at: whether its task goes on.
static inline int refuse(struct akin_walk *walk, struct lanes *lanes, int64_t lane, enum akin_walk_kind kind) {
    lanes->node[lane] = lanes->previous[lane];
    lanes->state[lane] = 0;
    lanes->hops[lane]--;
    if (--lanes->left[lane] != 0) return 1;
    end(walk, lanes, lane, kind);
    return 0;
}

// The row that the lane leaves by; without edges where its last task is done. 0 where the row is damaged.
INLINE int depart(
    struct akin_walk *walk, struct lanes *lanes, int64_t lane, enum akin_walk_kind kind, uint64_t *first,
    uint64_t *degree) {
    while (1) {
        const struct akin_walk_way *const way = walk->ways + lanes->state[lane];
        const uint64_t start = way->offsets[lanes->node[lane]];
        const uint64_t end = way->offsets[lanes->node[lane] + 1];
        *first = start;
        *degree = end - start;
        if (start > end || end > way->edge_count || *degree > UINT32_MAX) return damaged(walk, lanes, lane);
        if (kind == AKIN_WALK_PREFERRED && lanes->state[lane] != 0) {
            const double factor = preference(walk, *degree);
            // A source is not looked at.
            if (factor < 1 && lanes->hops[lane] != 0 &&
                (double)(draw(lanes->random + lane) >> 11) * 0x1p-53 >= factor) {
                (void)refuse(walk, lanes, lane, kind);
                *degree = 0;
                if (!(lanes->active[lane / 8] >> lane % 8 & 1)) return 1;
                continue;
            }
            lanes->worth[lane] = factor > 1 ? factor : 1;
        }
        if (__builtin_expect(*degree != 0, 1)) return 1;
        if (!strand(walk, lanes, lane, kind)) return 0;
        if (!(lanes->active[lane / 8] >> lane % 8 & 1)) return 1;
    }
}

// The lane has come to `node`: whether its task is done.
INLINE int arrive(
    const struct akin_walk *walk, struct lanes *lanes, int64_t lane, enum akin_walk_kind kind) {
    const uint64_t node = lanes->node[lane];
    const uint64_t state = lanes->state[lane];
    lanes->hops[lane]++;
    if (kind == AKIN_WALK_NODES) {
        *(uint32_t *)(uintptr_t)lanes->output[lane] = (uint32_t)(walk->ways[state].label + node);
        lanes->output[lane] += sizeof(uint32_t);
        return --lanes->left[lane] == 0;
    }
    if (state != (writes_visits(kind) ? 0 : lanes->home[lane])) return 0;
    if (kind == AKIN_WALK_RETURNS) {
        *(uint32_t *)(uintptr_t)lanes->output[lane] = (uint32_t)node;
        lanes->output[lane] += sizeof(uint32_t);
        if (draw(lanes->random + lane) >> 11 >= walk->threshold && lanes->hops[lane] < walk->hop_limit) return 0;
        if (--lanes->left[lane] == 0) return 1;
        go_home(lanes, lane);
        return 0;
    }
    if (lanes->hops[lane] <= lanes->first_hops[lane]) {
        lanes->first_steps[lane] += lanes->worth[lane];
    } else {
        *(struct akin_walk_visit *)(uintptr_t)lanes->output[lane] =
            (struct akin_walk_visit){(uint32_t)node, (uint32_t)lanes->previous[lane], lanes->worth[lane]};
        lanes->output[lane] += sizeof(struct akin_walk_visit);
    }
    if (--lanes->left[lane] == 0) return 1;
    if (draw(lanes->random + lane) >> 11 < walk->threshold) go_home(lanes, lane);
    return 0;
}

static inline void start(struct akin_walk *walk, struct lanes *lanes, enum akin_walk_kind kind) {
    __builtin_memset(lanes, 0, sizeof *lanes);
    const int64_t count = walk->lanes < walk->task_count ? walk->lanes : walk->task_count;
    for (int64_t lane = 0; lane < count; lane++) {
        lanes->active[lane / 8] |= (uint8_t)(1 << lane % 8);
        lanes->live++;
        begin(walk, lanes, lane, kind);
    }
}

#endif
