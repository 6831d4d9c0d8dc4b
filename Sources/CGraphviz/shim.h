#pragma once

#include <gvc.h>

/* The placement that Graphviz leaves in a graph: Swift does not see the macros that name the fields. */

static inline double akin_node_x(Agnode_t *node) { return ND_coord(node).x; }
static inline double akin_node_y(Agnode_t *node) { return ND_coord(node).y; }

/* Finds the edge of this key between two nodes; NULL where there is none. */
static inline Agedge_t *akin_edge(Agraph_t *graph, Agnode_t *tail, Agnode_t *head, const char *key) {
  Agedge_t *edge = agedge(graph, tail, head, (char *)key, 0);
  return edge ? AGMKOUT(edge) : edge;
}

static inline int akin_spline_count(Agedge_t *edge) { return ED_spl(edge) ? (int)ED_spl(edge)->size : 0; }
static inline int akin_point_count(Agedge_t *edge, int spline) { return (int)ED_spl(edge)->list[spline].size; }
static inline double akin_point_x(Agedge_t *edge, int spline, int point) {
  return ED_spl(edge)->list[spline].list[point].x;
}
static inline double akin_point_y(Agedge_t *edge, int spline, int point) {
  return ED_spl(edge)->list[spline].list[point].y;
}

static inline int akin_has_label(Agedge_t *edge) { return ED_label(edge) && ED_label(edge)->set; }
static inline double akin_label_x(Agedge_t *edge) { return ED_label(edge)->pos.x; }
static inline double akin_label_y(Agedge_t *edge) { return ED_label(edge)->pos.y; }

/* Finds a node by name; NULL where there is none. */
static inline Agnode_t *akin_node(Agraph_t *graph, const char *name) { return agnode(graph, (char *)name, 0); }
