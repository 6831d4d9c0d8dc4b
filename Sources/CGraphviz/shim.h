#pragma once

#include <gvc.h>

/* agattr takes strings that it does not change as char *, which Swift would have to copy. */
static inline void akin_set_graph_attribute(Agraph_t *graph, const char *name, const char *value) {
  agattr(graph, AGRAPH, (char *)name, (char *)value);
}
