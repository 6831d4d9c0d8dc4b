// The form of walks.c for AVX-512: eight walkers in a vector, with the draws of one.
#include <immintrin.h>
#include <stddef.h>

#define V4 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi,bmi2")))

// What a processor holds near enough that its own reordering hides the wait: about where both ways cost the same. Walks with
// a preference often turn round, and reads that follow a wrong guess come late, so they ask sooner.
#define NEAR (16ull << 20)
#define NEAR_PREFERRED (4ull << 20)

// Draws for some lanes. The states stay in a vector for as long as they are drawn from: a load soon after a store under a
// mask, or after stores of single lanes, waits until these are done.
V4 INLINE __m512i drawn_v4(__m512i *states, __mmask8 lanes) {
    __m512i z = _mm512_add_epi64(*states, _mm512_set1_epi64((int64_t)INCREMENT));
    *states = _mm512_mask_mov_epi64(*states, lanes, z);
    z = _mm512_xor_si512(z, _mm512_srli_epi64(z, 30));
    z = _mm512_mullo_epi64(z, _mm512_set1_epi64((int64_t)FACTOR_1));
    z = _mm512_xor_si512(z, _mm512_srli_epi64(z, 27));
    z = _mm512_mullo_epi64(z, _mm512_set1_epi64((int64_t)FACTOR_2));
    return _mm512_xor_si512(z, _mm512_srli_epi64(z, 31));
}

V4 INLINE __mmask8 wrong_v4(__m512i start, __m512i end, __m512i edge_count) {
    return _mm512_cmpgt_epu64_mask(start, end) | _mm512_cmpgt_epu64_mask(end, edge_count) |
           _mm512_cmpgt_epu64_mask(_mm512_sub_epi64(end, start), _mm512_set1_epi64(UINT32_MAX));
}

// Which lanes are refused the node they look at; what the others' next arrivals count is noted.
V4 INLINE __mmask8 refused_v4(
    const struct akin_walk *walk, struct lanes *lanes, int first, __mmask8 active, __m512i *random, __m512i state,
    __m512i degree) {
    const __mmask8 looking = _mm512_mask_test_epi64_mask(active, state, state);
    if (looking == 0) return 0;
    const __mmask8 far =
        _mm512_mask_cmpge_epu64_mask(looking, degree, _mm512_set1_epi64((int64_t)walk->power_count));
    const __mmask8 near = looking & (__mmask8)~far;
    __m512d factor = _mm512_mask_i64gather_pd(_mm512_setzero_pd(), near, degree, walk->powers, 8);
    factor = _mm512_mul_pd(factor, _mm512_set1_pd(walk->scale));
    if (__builtin_expect(far != 0, 0)) {
        _Alignas(64) double factors[8];
        _Alignas(64) uint64_t degrees[8];
        _mm512_store_pd(factors, factor);
        _mm512_store_si512(degrees, degree);
        for (unsigned bits = far; bits != 0; bits &= bits - 1) {
            const int lane = __builtin_ctz(bits);
            factors[lane] = preference(walk, degrees[lane]);
        }
        factor = _mm512_load_pd(factors);
    }
    const __m512i hops = _mm512_load_si512(lanes->hops + first);
    const __m512d certain = _mm512_set1_pd(1);
    // A source is not looked at.
    __mmask8 refused = _mm512_mask_cmp_pd_mask(
        looking & _mm512_test_epi64_mask(hops, hops), factor, certain, _CMP_LT_OQ);
    if (refused != 0) {
        const __m512i drawn = _mm512_srli_epi64(drawn_v4(random, refused), 11);
        const __m512d unit = _mm512_mul_pd(_mm512_cvtepu64_pd(drawn), _mm512_set1_pd(0x1p-53));
        refused = _mm512_mask_cmp_pd_mask(refused, unit, factor, _CMP_GE_OQ);
    }
    const __mmask8 kept = looking & (__mmask8)~refused;
    _mm512_mask_store_pd(lanes->worth + first, kept, _mm512_max_pd(factor, certain));
    return refused;
}

V4 INLINE int walk_lanes_v4(struct akin_walk *walk, enum akin_walk_kind kind, int is_weighted) {
    struct lanes lanes;
    start(walk, &lanes, kind);
    _Alignas(64) uint64_t columns[6][AKIN_WALK_WAYS];
    for (int way = 0; way < AKIN_WALK_WAYS; way++) {
        columns[0][way] = (uint64_t)(uintptr_t)walk->ways[way].offsets;
        columns[1][way] =
            (uint64_t)(is_weighted ? (uintptr_t)walk->ways[way].draws : (uintptr_t)walk->ways[way].neighbors);
        columns[2][way] = walk->ways[way].edge_count;
        columns[3][way] = walk->ways[way].neighbor_count;
        columns[4][way] = walk->ways[way].next;
        columns[5][way] = walk->ways[way].label;
    }
    const __m512i offsets = _mm512_load_si512(columns[0]), neighbors = _mm512_load_si512(columns[1]);
    const __m512i edge_counts = _mm512_load_si512(columns[2]), neighbor_counts = _mm512_load_si512(columns[3]);
    const __m512i nexts = _mm512_load_si512(columns[4]), labels = _mm512_load_si512(columns[5]);
    const __m512i zero = _mm512_setzero_si512(), one = _mm512_set1_epi64(1), word = _mm512_set1_epi64(8);
    const __m512i threshold = _mm512_set1_epi64((int64_t)walk->threshold);
    const __m512i hop_limit = _mm512_set1_epi64((int64_t)walk->hop_limit);
    const int asks = walk->byte_count > (kind == AKIN_WALK_PREFERRED ? NEAR_PREFERRED : NEAR);
    while (lanes.live > 0) {
        // Draw from the rows that were asked for.
        for (int first = 0; first < AKIN_WALK_LANES; first += 8) {
            __mmask8 active = lanes.active[first / 8];
            lanes.drawn[first / 8] = active;
            if (active == 0) continue;
            __m512i state = _mm512_load_si512(lanes.state + first);
            __m512i row = _mm512_add_epi64(
                _mm512_permutexvar_epi64(state, offsets), _mm512_slli_epi64(_mm512_load_si512(lanes.node + first), 3));
            __m512i start = _mm512_mask_i64gather_epi64(zero, active, row, (const void *)0, 1);
            __m512i end_of = _mm512_mask_i64gather_epi64(zero, active, _mm512_add_epi64(row, word), (const void *)0, 1);
            __m512i degree = _mm512_sub_epi64(end_of, start);
            __mmask8 wrong = wrong_v4(start, end_of, _mm512_permutexvar_epi64(state, edge_counts));
            __m512i random = _mm512_load_si512(lanes.random + first);
            if (kind == AKIN_WALK_PREFERRED && wrong == 0) {
                const __mmask8 refused = refused_v4(walk, &lanes, first, active, &random, state, degree);
                if (refused != 0) {
                    // Back to where they were, which uses up a step.
                    const __m512i left = _mm512_load_si512(lanes.left + first);
                    const __m512i rest = _mm512_mask_sub_epi64(left, refused, left, one);
                    const __m512i hops = _mm512_load_si512(lanes.hops + first);
                    const __m512i node = _mm512_mask_mov_epi64(
                        _mm512_load_si512(lanes.node + first), refused, _mm512_load_si512(lanes.previous + first));
                    state = _mm512_mask_mov_epi64(state, refused, zero);
                    _mm512_store_si512(lanes.left + first, rest);
                    _mm512_store_si512(lanes.hops + first, _mm512_mask_sub_epi64(hops, refused, hops, one));
                    _mm512_store_si512(lanes.node + first, node);
                    _mm512_store_si512(lanes.state + first, state);
                    const __mmask8 over = _mm512_mask_testn_epi64_mask(refused, rest, rest);
                    if (__builtin_expect(over != 0, 0)) {
                        // Who has a new task waits for the next turn.
                        for (unsigned bits = over; bits != 0; bits &= bits - 1)
                            end(walk, &lanes, first + __builtin_ctz(bits), kind);
                        random = _mm512_mask_mov_epi64(random, over, _mm512_load_si512(lanes.random + first));
                        active &= (__mmask8)~over;
                        lanes.drawn[first / 8] = active;
                        if (active == 0) {
                            _mm512_store_si512(lanes.random + first, random);
                            continue;
                        }
                    }
                    const __mmask8 back = refused & active;
                    row = _mm512_add_epi64(_mm512_permutexvar_epi64(state, offsets), _mm512_slli_epi64(node, 3));
                    start = _mm512_mask_i64gather_epi64(start, back, row, (const void *)0, 1);
                    end_of = _mm512_mask_i64gather_epi64(end_of, back, _mm512_add_epi64(row, word), (const void *)0, 1);
                    degree = _mm512_sub_epi64(end_of, start);
                    wrong = active & wrong_v4(start, end_of, _mm512_permutexvar_epi64(state, edge_counts));
                }
            }
            const __mmask8 stranded = _mm512_mask_testn_epi64_mask(active, degree, degree);
            if (__builtin_expect(wrong | stranded, 0)) {
                if (writes_visits(kind)) return damaged(walk, &lanes, first + __builtin_ctz(wrong | stranded));
                _Alignas(64) uint64_t starts[8] = {0}, degrees[8] = {0};
                _mm512_store_si512(lanes.random + first, random);
                for (unsigned bits = active; bits != 0; bits &= bits - 1) {
                    const int lane = __builtin_ctz(bits);
                    if (!depart(walk, &lanes, first + lane, kind, starts + lane, degrees + lane)) return 0;
                }
                active = lanes.drawn[first / 8] = lanes.active[first / 8];
                if (active == 0) continue;
                state = _mm512_load_si512(lanes.state + first);
                start = _mm512_load_si512(starts);
                degree = _mm512_load_si512(degrees);
                random = _mm512_load_si512(lanes.random + first);
            }
            const __m512i drawn = drawn_v4(&random, active);
            _mm512_store_si512(lanes.random + first, random);
            __m512i product = _mm512_mul_epu32(_mm512_srli_epi64(drawn, 32), degree);
            const __mmask16 biased = _mm512_cmplt_epu32_mask(product, degree);
            if (__builtin_expect(biased != 0, 0)) {
                _Alignas(64) uint64_t products[8], degrees[8];
                _mm512_store_si512(products, product);
                _mm512_store_si512(degrees, degree);
                for (unsigned bits = active; bits != 0; bits &= bits - 1) {
                    const int lane = __builtin_ctz(bits);
                    products[lane] = reduced(products[lane], (uint32_t)degrees[lane], lanes.random + first + lane) << 32;
                }
                product = _mm512_load_si512(products);
            }
            const __m512i edge = _mm512_add_epi64(start, _mm512_srli_epi64(product, 32));
            // Four bytes a neighbour, twelve an entry.
            const __m512i fourth = is_weighted ? _mm512_add_epi64(edge, _mm512_slli_epi64(edge, 1)) : edge;
            const __m512i place =
                _mm512_add_epi64(_mm512_permutexvar_epi64(state, neighbors), _mm512_slli_epi64(fourth, 2));
            _mm512_store_si512(lanes.edge + first, place);
            if (asks) {
                for (int lane = first; lane < first + 8; lane++) ASK(lanes.edge[lane]);
                if (is_weighted)
                    for (int lane = first; lane < first + 8; lane++)
                        ASK(lanes.edge[lane] + sizeof(struct akin_walk_draw) - 1);
            }
        }
        // Look at the nodes that the edges lead to.
        for (int first = 0; first < AKIN_WALK_LANES; first += 8) {
            const __mmask8 active = lanes.drawn[first / 8];
            if (active == 0) continue;
            __m512i state = _mm512_load_si512(lanes.state + first);
            __m512i place = _mm512_load_si512(lanes.edge + first);
            __m512i random = _mm512_load_si512(lanes.random + first);
            if (is_weighted) {
                const __m512i bound = _mm512_cvtepu32_epi64(
                    _mm512_mask_i64gather_epi32(_mm256_setzero_si256(), active, place, (const void *)0, 1));
                const __m512i drawn = _mm512_srli_epi64(drawn_v4(&random, active), 32);
                const __mmask8 is_own = _mm512_cmplt_epu64_mask(drawn, bound);
                place = _mm512_add_epi64(
                    place, _mm512_mask_mov_epi64(
                               _mm512_set1_epi64(offsetof(struct akin_walk_draw, other)), is_own,
                               _mm512_set1_epi64(offsetof(struct akin_walk_draw, own))));
            }
            __m512i node = _mm512_cvtepu32_epi64(
                _mm512_mask_i64gather_epi32(_mm256_setzero_si256(), active, place, (const void *)0, 1));
            const __mmask8 wrong =
                _mm512_mask_cmpge_epu64_mask(active, node, _mm512_permutexvar_epi64(state, neighbor_counts));
            if (__builtin_expect(wrong, 0)) return damaged(walk, &lanes, first + __builtin_ctz(wrong));
            // A walker with a new task keeps its place.
            const __m512i left_behind = _mm512_load_si512(lanes.node + first);
            node = _mm512_mask_mov_epi64(left_behind, active, node);
            state = _mm512_mask_permutexvar_epi64(state, active, state, nexts);
            if (kind == AKIN_WALK_PREFERRED)
                _mm512_store_si512(lanes.previous + first, left_behind);
            __mmask8 done = 0;
            if (kind == AKIN_WALK_NODES) {
                const __m512i output = _mm512_load_si512(lanes.output + first);
                const __m512i labelled = _mm512_add_epi64(_mm512_permutexvar_epi64(state, labels), node);
                _mm512_mask_i64scatter_epi32((void *)0, active, output, _mm512_cvtepi64_epi32(labelled), 1);
                _mm512_store_si512(lanes.output + first, _mm512_add_epi64(output, _mm512_set1_epi64(4)));
                const __m512i left = _mm512_sub_epi64(_mm512_load_si512(lanes.left + first), one);
                _mm512_store_si512(lanes.left + first, left);
                done = _mm512_mask_testn_epi64_mask(active, left, left);
            } else {
                const __m512i home = _mm512_load_si512(lanes.home + first);
                __m512i hops = _mm512_load_si512(lanes.hops + first);
                hops = _mm512_mask_add_epi64(hops, active, hops, one);
                _mm512_store_si512(lanes.hops + first, hops);
                const __mmask8 back =
                    _mm512_mask_cmpeq_epi64_mask(active, state, writes_visits(kind) ? zero : home);
                if (back != 0) {
                    __mmask8 written = back;
                    const __m512i output = _mm512_load_si512(lanes.output + first);
                    __mmask8 leaving = _mm512_mask_cmplt_epu64_mask(
                        back, _mm512_srli_epi64(drawn_v4(&random, back), 11), threshold);
                    __m512i left = _mm512_load_si512(lanes.left + first);
                    if (kind == AKIN_WALK_RETURNS) {
                        _mm512_mask_i64scatter_epi32((void *)0, back, output, _mm512_cvtepi64_epi32(node), 1);
                        leaving |= _mm512_mask_cmpge_epu64_mask(back, hops, hop_limit);
                        left = _mm512_mask_sub_epi64(left, leaving, left, one);
                    } else {
                        const __m512i limit = _mm512_load_si512(lanes.first_hops + first);
                        const __mmask8 early = _mm512_mask_cmple_epu64_mask(back, hops, limit);
                        const __m512d worth = _mm512_load_pd(lanes.worth + first);
                        const __m512d first_steps = _mm512_load_pd(lanes.first_steps + first);
                        _mm512_store_pd(
                            lanes.first_steps + first, _mm512_mask_add_pd(first_steps, early, first_steps, worth));
                        written &= (__mmask8)~early;
                        const __m512i pair = _mm512_or_si512(node, _mm512_slli_epi64(left_behind, 32));
                        _mm512_mask_i64scatter_epi64((void *)0, written, output, pair, 1);
                        _mm512_mask_i64scatter_pd((void *)8, written, output, worth, 1);
                        left = _mm512_mask_sub_epi64(left, back, left, one);
                    }
                    _mm512_store_si512(
                        lanes.output + first,
                        _mm512_mask_add_epi64(output, written, output, _mm512_set1_epi64((int64_t)record_size(kind))));
                    _mm512_store_si512(lanes.left + first, left);
                    done = _mm512_mask_testn_epi64_mask(back, left, left);
                    node = _mm512_mask_mov_epi64(node, leaving, _mm512_load_si512(lanes.source + first));
                    state = _mm512_mask_mov_epi64(state, leaving, home);
                    _mm512_mask_store_epi64(lanes.hops + first, leaving, zero);
                }
            }
            _mm512_store_si512(lanes.random + first, random);
            _mm512_store_si512(lanes.node + first, node);
            _mm512_store_si512(lanes.state + first, state);
            if (__builtin_expect(done, 0)) {
                for (unsigned bits = done; bits != 0; bits &= bits - 1)
                    end(walk, &lanes, first + __builtin_ctz(bits), kind);
                node = _mm512_load_si512(lanes.node + first);
                state = _mm512_load_si512(lanes.state + first);
            }
            if (asks) {
                _Alignas(64) uint64_t rows[8];
                _mm512_store_si512(
                    rows,
                    _mm512_add_epi64(_mm512_permutexvar_epi64(state, offsets), _mm512_slli_epi64(node, 3)));
                // The end of a row may lie in the next cache line.
                for (int lane = 0; lane < 8; lane++) ASK(rows[lane]);
                for (int lane = 0; lane < 8; lane++) ASK(rows[lane] + 8);
            }
        }
    }
    return 1;
}
