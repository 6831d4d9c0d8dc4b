#include "akin_hnsw.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

// hnswlib reads one number past the links of an element to ask for its cache line ahead of time. In memory that a
// sanitizer watches that is an error, so there it does without.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NO_MANUAL_VECTORIZATION
#endif
#endif

#if !__has_include(<hnswlib/hnswlib.h>)
#error "hnswlib is missing: install the package libhnswlib-dev"
#endif
#include <hnswlib/hnswlib.h>

namespace {

class Space : public hnswlib::SpaceInterface<float> {
public:
    Space(uint64_t width, akin_hnsw_distance distance) : width(width), distance(distance) {}
    size_t get_data_size() override { return width * sizeof(float); }
    hnswlib::DISTFUNC<float> get_dist_func() override { return distance; }
    void *get_dist_func_param() override { return &width; }

    uint64_t width;
    akin_hnsw_distance distance;
};

void say(char *message, const char *text) { snprintf(message, AKIN_HNSW_MESSAGE, "%s", text); }

using Found = std::pair<float, uint32_t>;

}  // namespace

struct akin_hnsw {
    Space space;
    hnswlib::HierarchicalNSW<float> graph;

    akin_hnsw(uint64_t width, akin_hnsw_distance distance, size_t capacity, size_t links, size_t effort)
        : space(width, distance), graph(&space, capacity, links, effort) {
        // Levels are the caller's: without this, 0 would mean "draw one".
        graph.mult_ = 0;
    }

    size_t links() const { return graph.M_; }
    size_t base_size() const { return 1 + graph.maxM0_; }
    size_t upper_size() const { return 1 + graph.maxM_; }
};

struct akin_hnsw_scratch {
    std::vector<uint16_t> visits;
    uint16_t visit = 0;
    // A heap with the nearest at its root: where to go on.
    std::vector<Found> open;
    // A heap with the farthest at its root: what was found.
    std::vector<Found> best;
    std::vector<uint32_t> fresh;
};

akin_hnsw *akin_hnsw_make(
    uint64_t width, akin_hnsw_distance distance, int64_t capacity, int64_t links, int64_t effort, char *message) {
    try {
        return new akin_hnsw(width, distance, std::max<int64_t>(1, capacity), links, effort);
    } catch (const std::exception &error) {
        say(message, error.what());
        return nullptr;
    }
}

void akin_hnsw_free(akin_hnsw *index) { delete index; }

int akin_hnsw_reserve(akin_hnsw *index, int64_t capacity, char *message) {
    try {
        if ((size_t)capacity > index->graph.max_elements_) index->graph.resizeIndex(capacity);
        return 1;
    } catch (const std::exception &error) {
        say(message, error.what());
        return 0;
    }
}

int64_t akin_hnsw_capacity(const akin_hnsw *index) { return index->graph.max_elements_; }
int64_t akin_hnsw_count(const akin_hnsw *index) { return index->graph.cur_element_count; }

int akin_hnsw_add(akin_hnsw *index, const float *vector, int level, char *message) {
    try {
        // It draws a number, which `mult_` makes 0; the same one every time, so that none is out of the ordinary.
        index->graph.level_generator_.seed(1);
        index->graph.addPoint(vector, index->graph.cur_element_count, level);
        // Elements are known by their number; a table of them would only take memory.
        index->graph.label_lookup_.clear();
        return 1;
    } catch (const std::exception &error) {
        say(message, error.what());
        return 0;
    }
}

const float *akin_hnsw_vector(const akin_hnsw *index, uint32_t element) {
    return (const float *)index->graph.getDataByInternalId(element);
}

akin_hnsw_scratch *akin_hnsw_scratch_make(void) {
    try {
        return new akin_hnsw_scratch();
    } catch (const std::exception &) {
        return nullptr;
    }
}

void akin_hnsw_scratch_free(akin_hnsw_scratch *scratch) { delete scratch; }

namespace {

// The nearest element that greedy steps on the levels above 0 lead to.
Found descend(const hnswlib::HierarchicalNSW<float> &graph, const float *query) {
    uint32_t nearest = graph.enterpoint_node_;
    float distance = graph.fstdistfunc_(query, graph.getDataByInternalId(nearest), graph.dist_func_param_);
    for (int level = graph.maxlevel_; level > 0; level--) {
        for (bool changed = true; changed;) {
            changed = false;
            const uint32_t *links = graph.get_linklist(nearest, level);
            const uint32_t count = *links & 0xFFFF;
            for (uint32_t i = 1; i <= count; i++) __builtin_prefetch(graph.getDataByInternalId(links[i]));
            for (uint32_t i = 1; i <= count; i++) {
                const float other =
                    graph.fstdistfunc_(query, graph.getDataByInternalId(links[i]), graph.dist_func_param_);
                if (other < distance) {
                    distance = other;
                    nearest = links[i];
                    changed = true;
                }
            }
        }
    }
    return {distance, nearest};
}

}  // namespace

int64_t akin_hnsw_search(
    const akin_hnsw *index, akin_hnsw_scratch *scratch, const float *query, int64_t k, int64_t effort,
    const uint8_t *excluded, akin_hnsw_admits admits, void *context, uint32_t *elements, float *distances) {
    const auto &graph = index->graph;
    if (graph.cur_element_count == 0) return 0;
    try {
        if (scratch->visits.size() < graph.cur_element_count) {
            scratch->visits.assign(graph.cur_element_count, 0);
            scratch->visit = 0;
        }
        if (++scratch->visit == 0) {
            std::fill(scratch->visits.begin(), scratch->visits.end(), 0);
            scratch->visit = 1;
        }
        uint16_t *visits = scratch->visits.data();
        const uint16_t visit = scratch->visit;
        auto &open = scratch->open;
        auto &best = scratch->best;
        auto &fresh = scratch->fresh;
        open.clear();
        best.clear();
        fresh.resize(graph.maxM0_);
        const size_t wanted = std::max(k, effort);
        const auto nearer = [](const Found &a, const Found &b) { return a > b; };
        const auto offer = [&](const Found &found) {
            open.push_back(found);
            std::push_heap(open.begin(), open.end(), nearer);
            if (excluded && excluded[found.second]) return;
            if (admits && !admits(context, found.second)) return;
            best.push_back(found);
            std::push_heap(best.begin(), best.end());
            if (best.size() > wanted) {
                std::pop_heap(best.begin(), best.end());
                best.pop_back();
            }
        };
        const Found start = descend(graph, query);
        visits[start.second] = visit;
        offer(start);
        const size_t lines = (graph.data_size_ + 63) / 64;
        while (!open.empty()) {
            const Found current = open.front();
            if (best.size() == wanted && current > best.front()) break;
            std::pop_heap(open.begin(), open.end(), nearer);
            open.pop_back();
            const uint32_t *links = graph.get_linklist0(current.second);
            const uint32_t count = *links & 0xFFFF;
            for (uint32_t i = 1; i <= count; i++) __builtin_prefetch(visits + links[i], 1);
            size_t taken = 0;
            for (uint32_t i = 1; i <= count; i++) {
                const uint32_t next = links[i];
                if (visits[next] == visit) continue;
                visits[next] = visit;
                fresh[taken++] = next;
                const char *data = graph.getDataByInternalId(next);
                for (size_t line = 0; line < lines; line++) __builtin_prefetch(data + 64 * line);
            }
            for (size_t i = 0; i < taken; i++) {
                const Found found = {
                    graph.fstdistfunc_(query, graph.getDataByInternalId(fresh[i]), graph.dist_func_param_), fresh[i]};
                if (best.size() < wanted || found < best.front()) offer(found);
            }
            if (!open.empty()) __builtin_prefetch(graph.get_linklist0(open.front().second));
        }
        std::sort_heap(best.begin(), best.end());
        const int64_t count = std::min<int64_t>(k, best.size());
        for (int64_t i = 0; i < count; i++) {
            distances[i] = best[i].first;
            elements[i] = best[i].second;
        }
        return count;
    } catch (const std::exception &) {
        return -1;
    }
}

int64_t akin_hnsw_upper_count(const akin_hnsw *index) {
    int64_t count = 0;
    for (size_t i = 0; i < index->graph.cur_element_count; i++)
        count += index->graph.element_levels_[i] * index->upper_size();
    return count;
}

uint32_t akin_hnsw_entry(const akin_hnsw *index) { return index->graph.enterpoint_node_; }

namespace {

// Which of the numbers behind the count are not in use is not the file's business.
uint32_t *write_links(const uint32_t *links, size_t size, uint32_t *out) {
    const uint32_t count = *links & 0xFFFF;
    memset(out, 0, size * sizeof(uint32_t));
    out[0] = count;
    memcpy(out + 1, links + 1, count * sizeof(uint32_t));
    return out + size;
}

}  // namespace

void akin_hnsw_export(const akin_hnsw *index, uint32_t *levels, uint32_t *base, uint32_t *upper) {
    const auto &graph = index->graph;
    for (size_t i = 0; i < graph.cur_element_count; i++) {
        levels[i] = graph.element_levels_[i];
        base = write_links(graph.get_linklist0(i), index->base_size(), base);
        for (int level = 1; level <= graph.element_levels_[i]; level++)
            upper = write_links(graph.get_linklist(i, level), index->upper_size(), upper);
    }
}

namespace {

void check_links(
    const uint32_t *links, size_t size, uint32_t level, const uint32_t *levels, int64_t count, int64_t element) {
    char text[AKIN_HNSW_MESSAGE];
    if (links[0] >= size) {
        snprintf(
            text, sizeof text, "element %lld has %u links on level %u, expected at most %zu", (long long)element,
            links[0], level, size - 1);
        throw std::runtime_error(text);
    }
    for (uint32_t i = 1; i <= links[0]; i++) {
        if (links[i] >= count || levels[links[i]] < level || links[i] == element) {
            snprintf(
                text, sizeof text, "element %lld links to %u on level %u, expected another element of that level",
                (long long)element, links[i], level);
            throw std::runtime_error(text);
        }
    }
}

}  // namespace

akin_hnsw *akin_hnsw_import(
    uint64_t width, akin_hnsw_distance distance, int64_t count, int64_t links, int64_t effort, const float *vectors,
    int64_t stride, const uint32_t *levels, const uint32_t *base, const uint32_t *upper, int64_t upper_count,
    uint32_t entry, char *message) {
    try {
        std::unique_ptr<akin_hnsw> index(
            new akin_hnsw(width, distance, std::max<int64_t>(1, count), links, effort));
        if (count == 0) return index.release();
        auto &graph = index->graph;
        if (entry >= count) throw std::runtime_error("the entry is not an element");
        for (int64_t i = 0; i < count; i++)
            if (levels[i] > levels[entry]) throw std::runtime_error("an element lies above the entry");
        const uint32_t *const end = upper + upper_count;
        for (int64_t i = 0; i < count; i++) {
            check_links(base, index->base_size(), 0, levels, count, i);
            const size_t level_size = index->upper_size();
            if ((uint64_t)(end - upper) < (uint64_t)levels[i] * level_size)
                throw std::runtime_error("there are fewer links than the levels of the elements need");
            for (uint32_t level = 1; level <= levels[i]; level++)
                check_links(upper + (level - 1) * level_size, level_size, level, levels, count, i);
            char *element = graph.data_level0_memory_ + i * graph.size_data_per_element_;
            memset(element, 0, graph.size_data_per_element_);
            memcpy(element, base, index->base_size() * sizeof(uint32_t));
            memcpy(graph.getDataByInternalId(i), vectors + i * stride, width * sizeof(float));
            graph.setExternalLabel(i, i);
            if (levels[i] > 0) {
                const size_t size = levels[i] * graph.size_links_per_element_;
                graph.linkLists_[i] = (char *)malloc(size + 1);
                if (graph.linkLists_[i] == nullptr) throw std::runtime_error("not enough memory");
                memcpy(graph.linkLists_[i], upper, size);
            }
            graph.element_levels_[i] = levels[i];
            // What is counted is freed, should one of the next be wrong.
            graph.cur_element_count = i + 1;
            base += index->base_size();
            upper += levels[i] * level_size;
        }
        if (upper != end) throw std::runtime_error("there are more links than the levels of the elements need");
        graph.enterpoint_node_ = entry;
        graph.maxlevel_ = levels[entry];
        return index.release();
    } catch (const std::exception &error) {
        say(message, error.what());
        return nullptr;
    }
}
