// Walks over links for AVX-512: eight walkers in a vector, and one read a hop.

// As NEAR.
#define NEAR_LINKS (24ull << 20)

V4 INLINE void draw_edges_v4(
    struct lanes *lanes, int first, __mmask8 active, __m512i random, __m512i base, __m512i start, __m512i degree,
    int asks, int is_weighted) {
    const __m512i drawn = drawn_v4(&random, active);
    _mm512_store_si512(lanes->random + first, random);
    __m512i product = _mm512_mul_epu32(_mm512_srli_epi64(drawn, 32), degree);
    const __mmask16 biased = _mm512_cmplt_epu32_mask(product, degree);
    if (__builtin_expect(biased != 0, 0)) {
        _Alignas(64) uint64_t products[8], degrees[8];
        _mm512_store_si512(products, product);
        _mm512_store_si512(degrees, degree);
        for (unsigned bits = active; bits != 0; bits &= bits - 1) {
            const int lane = __builtin_ctz(bits);
            products[lane] = reduced(products[lane], (uint32_t)degrees[lane], lanes->random + first + lane) << 32;
        }
        product = _mm512_load_si512(products);
    }
    const __m512i edge = _mm512_add_epi64(start, _mm512_srli_epi64(product, 32));
    // Eight bytes a link, twenty an entry.
    const __m512i place = _mm512_add_epi64(
        base, is_weighted ? _mm512_slli_epi64(_mm512_add_epi64(edge, _mm512_slli_epi64(edge, 2)), 2)
                          : _mm512_slli_epi64(edge, 3));
    _mm512_store_si512(lanes->edge + first, place);
    if (asks)
        for (int lane = first; lane < first + 8; lane++) ASK(lanes->edge[lane]);
    if (asks && is_weighted)
        for (int lane = first; lane < first + 8; lane++) ASK(lanes->edge[lane] + sizeof(struct akin_walk_linked_draw) - 1);
}

V4 INLINE int walk_links_v4(struct akin_walk *walk, enum akin_walk_kind kind, int is_weighted) {
    struct lanes lanes;
    start(walk, &lanes, kind);
    _Alignas(64) uint64_t columns[3][AKIN_WALK_WAYS];
    for (int way = 0; way < AKIN_WALK_WAYS; way++) {
        columns[0][way] = (uint64_t)(is_weighted ? (uintptr_t)walk->ways[way].linked_draws
                                                 : (uintptr_t)walk->ways[way].links);
        columns[1][way] = walk->ways[way].next;
        columns[2][way] = walk->ways[way].label;
    }
    const __m512i links = _mm512_load_si512(columns[0]), nexts = _mm512_load_si512(columns[1]),
                  labels = _mm512_load_si512(columns[2]);
    const __m512i zero = _mm512_setzero_si512(), one = _mm512_set1_epi64(1);
    const __m512i threshold = _mm512_set1_epi64((int64_t)walk->threshold);
    const __m512i hop_limit = _mm512_set1_epi64((int64_t)walk->hop_limit);
    const __m128i to_start = _mm_cvtsi32_si128((int)walk->link_start), to_degree = _mm_cvtsi32_si128((int)walk->link_degree);
    const __m512i node_mask = _mm512_set1_epi64((1ll << walk->link_start) - 1),
                  start_mask = _mm512_set1_epi64((1ll << (walk->link_degree - walk->link_start)) - 1),
                  degree_limit = _mm512_set1_epi64((int64_t)(~0ull >> walk->link_degree));
    const int asks = kind == AKIN_WALK_PREFERRED || is_weighted || walk->byte_count > NEAR_LINKS;
    for (int lane = 0; lane < AKIN_WALK_LANES; lane++) {
        lanes.edge[lane] = columns[0][0];
        if (!set_out(walk, &lanes, lane, kind)) return 0;
    }
    for (int first = 0; first < AKIN_WALK_LANES; first += 8) {
        const __m512i state = _mm512_load_si512(lanes.state + first);
        draw_edges_v4(
            &lanes, first, lanes.active[first / 8], _mm512_load_si512(lanes.random + first),
            _mm512_permutexvar_epi64(state, links),
            _mm512_load_si512(lanes.start + first), _mm512_load_si512(lanes.degree + first), asks, is_weighted);
    }
    while (lanes.live > 0) {
        for (int first = 0; first < AKIN_WALK_LANES; first += 8) {
            __mmask8 active = lanes.active[first / 8];
            if (active == 0) continue;
            __m512i state = _mm512_load_si512(lanes.state + first);
            __m512i place = _mm512_load_si512(lanes.edge + first);
            __m512i random = _mm512_load_si512(lanes.random + first);
            if (is_weighted) {
                const __m512i bound = _mm512_cvtepu32_epi64(
                    _mm512_mask_i64gather_epi32(_mm256_setzero_si256(), active, place, (const void *)8, 1));
                const __m512i drawn = _mm512_srli_epi64(drawn_v4(&random, active), 32);
                const __mmask8 is_other = _mm512_cmpge_epu64_mask(drawn, bound);
                place = _mm512_mask_add_epi64(
                    place, is_other, place, _mm512_set1_epi64(offsetof(struct akin_walk_linked_draw, other)));
            }
            __m512i left = _mm512_load_si512(lanes.left + first);
            __m512d worth = _mm512_load_pd(lanes.worth + first);
            const __m512i link = _mm512_mask_i64gather_epi64(zero, active, place, (const void *)0, 1);
            const __m512i left_behind = _mm512_load_si512(lanes.node + first);
            __m512i node = _mm512_and_si512(link, node_mask);
            __m512i row = _mm512_and_si512(_mm512_srl_epi64(link, to_start), start_mask);
            __m512i degree = _mm512_srl_epi64(link, to_degree);
            const __m512i next = _mm512_permutexvar_epi64(state, nexts);
            const __mmask8 large = _mm512_mask_cmpeq_epi64_mask(active, degree, degree_limit);
            if (__builtin_expect(large != 0, 0)) {
                _Alignas(64) uint64_t nodes[8], states[8], degrees[8];
                _mm512_store_si512(nodes, node);
                _mm512_store_si512(states, next);
                _mm512_store_si512(degrees, degree);
                for (unsigned bits = large; bits != 0; bits &= bits - 1) {
                    const int lane = __builtin_ctz(bits);
                    degrees[lane] = degree_at(walk, states[lane], nodes[lane]);
                }
                degree = _mm512_load_si512(degrees);
            }
            __mmask8 moved = active, done = 0;
            if (kind == AKIN_WALK_PREFERRED) {
                const __mmask8 looking = _mm512_mask_test_epi64_mask(active, next, next);
                if (looking != 0) {
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
                    const __m512d certain = _mm512_set1_pd(1);
                    __mmask8 refused = _mm512_mask_cmp_pd_mask(looking, factor, certain, _CMP_LT_OQ);
                    if (refused != 0) {
                        const __m512i drawn = _mm512_srli_epi64(drawn_v4(&random, refused), 11);
                        const __m512d unit = _mm512_mul_pd(_mm512_cvtepu64_pd(drawn), _mm512_set1_pd(0x1p-53));
                        refused = _mm512_mask_cmp_pd_mask(refused, unit, factor, _CMP_GE_OQ);
                        // Back where they were, which uses up a step.
                        left = _mm512_mask_sub_epi64(left, refused, left, one);
                        done = _mm512_mask_testn_epi64_mask(refused, left, left);
                        node = _mm512_mask_mov_epi64(node, refused, left_behind);
                        row = _mm512_mask_mov_epi64(row, refused, _mm512_load_si512(lanes.start + first));
                        degree = _mm512_mask_mov_epi64(degree, refused, _mm512_load_si512(lanes.degree + first));
                    }
                    moved = active & (__mmask8)~refused;
                    worth = _mm512_mask_max_pd(worth, looking & moved, factor, certain);
                }
            }
            state = _mm512_mask_mov_epi64(state, moved, next);
            if (kind == AKIN_WALK_NODES) {
                const __m512i output = _mm512_load_si512(lanes.output + first);
                const __m512i labelled = _mm512_add_epi64(_mm512_permutexvar_epi64(state, labels), node);
                _mm512_mask_i64scatter_epi32((void *)0, active, output, _mm512_cvtepi64_epi32(labelled), 1);
                _mm512_store_si512(lanes.output + first, _mm512_add_epi64(output, _mm512_set1_epi64(4)));
                left = _mm512_sub_epi64(left, one);
                done = _mm512_mask_testn_epi64_mask(active, left, left);
            } else {
                const __m512i home = _mm512_load_si512(lanes.home + first);
                __m512i hops = _mm512_load_si512(lanes.hops + first);
                hops = _mm512_mask_add_epi64(hops, moved, hops, one);
                const __mmask8 back =
                    _mm512_mask_cmpeq_epi64_mask(moved, state, writes_visits(kind) ? zero : home);
                if (back != 0) {
                    __mmask8 written = back;
                    const __m512i output = _mm512_load_si512(lanes.output + first);
                    __mmask8 leaving = _mm512_mask_cmplt_epu64_mask(
                        back, _mm512_srli_epi64(drawn_v4(&random, back), 11), threshold);
                    if (kind == AKIN_WALK_RETURNS) {
                        _mm512_mask_i64scatter_epi32((void *)0, back, output, _mm512_cvtepi64_epi32(node), 1);
                        leaving |= _mm512_mask_cmpge_epu64_mask(back, hops, hop_limit);
                        left = _mm512_mask_sub_epi64(left, leaving, left, one);
                    } else {
                        const __m512i limit = _mm512_load_si512(lanes.first_hops + first);
                        const __mmask8 early = _mm512_mask_cmple_epu64_mask(back, hops, limit);
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
                    done |= _mm512_mask_testn_epi64_mask(back, left, left);
                    node = _mm512_mask_mov_epi64(node, leaving, _mm512_load_si512(lanes.source + first));
                    row = _mm512_mask_mov_epi64(row, leaving, _mm512_load_si512(lanes.home_start + first));
                    degree = _mm512_mask_mov_epi64(degree, leaving, _mm512_load_si512(lanes.home_degree + first));
                    state = _mm512_mask_mov_epi64(state, leaving, home);
                    hops = _mm512_mask_mov_epi64(hops, leaving, zero);
                    if (kind == AKIN_WALK_PREFERRED)
                        worth = _mm512_mask_mov_pd(worth, leaving, _mm512_load_pd(lanes.home_worth + first));
                }
                _mm512_store_si512(lanes.hops + first, hops);
            }
            _mm512_store_si512(lanes.left + first, left);
            _mm512_store_si512(lanes.node + first, node);
            _mm512_store_si512(lanes.state + first, state);
            if (kind == AKIN_WALK_PREFERRED) {
                _mm512_store_si512(lanes.start + first, row);
                _mm512_store_si512(lanes.degree + first, degree);
                _mm512_store_pd(lanes.worth + first, worth);
            }
            const __mmask8 stranded = _mm512_mask_testn_epi64_mask(active, degree, degree) & (__mmask8)~done;
            if (__builtin_expect(done | stranded, 0)) {
                _mm512_store_si512(lanes.start + first, row);
                _mm512_store_si512(lanes.degree + first, degree);
                _mm512_store_si512(lanes.random + first, random);
                for (unsigned bits = done | stranded; bits != 0; bits &= bits - 1) {
                    const int lane = first + __builtin_ctz(bits);
                    if (done >> (lane - first) & 1)
                        end(walk, &lanes, lane, kind);
                    else if (!strand(walk, &lanes, lane, kind))
                        return 0;
                    if (!set_out(walk, &lanes, lane, kind)) return 0;
                }
                active = lanes.active[first / 8];
                state = _mm512_load_si512(lanes.state + first);
                row = _mm512_load_si512(lanes.start + first);
                degree = _mm512_load_si512(lanes.degree + first);
                random = _mm512_load_si512(lanes.random + first);
            }
            draw_edges_v4(&lanes, first, active, random, _mm512_permutexvar_epi64(state, links), row, degree, asks, is_weighted);
        }
    }
    return 1;
}
