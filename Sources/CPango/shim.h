#pragma once

#include <cairo-pdf.h>
#include <cairo.h>

/* The few functions of Pango that are used, declared here: the compiler flags that Pango's own headers ask for hold one
   that the package manager refuses with a warning at every build. */
typedef struct _PangoLayout PangoLayout;
typedef struct _PangoContext PangoContext;
typedef struct _PangoFontMap PangoFontMap;
typedef struct _PangoFontDescription PangoFontDescription;
enum { akin_pango_scale = 1024, akin_pango_bold = 700 };
PangoFontMap *pango_cairo_font_map_new(void);
void pango_cairo_font_map_set_resolution(PangoFontMap *fonts, double resolution);
PangoContext *pango_font_map_create_context(PangoFontMap *fonts);
void pango_cairo_context_set_font_options(PangoContext *context, const cairo_font_options_t *options);
void pango_context_set_round_glyph_positions(PangoContext *context, int rounds);
PangoLayout *pango_layout_new(PangoContext *context);
void pango_layout_set_single_paragraph_mode(PangoLayout *layout, int is_single);
void pango_layout_set_font_description(PangoLayout *layout, const PangoFontDescription *font);
void pango_layout_set_text(PangoLayout *layout, const char *text, int length);
void pango_layout_get_size(PangoLayout *layout, int *width, int *height);
int pango_layout_get_baseline(PangoLayout *layout);
PangoFontDescription *pango_font_description_new(void);
void pango_font_description_set_family(PangoFontDescription *font, const char *family);
void pango_font_description_set_absolute_size(PangoFontDescription *font, double size);
void pango_font_description_set_weight(PangoFontDescription *font, int weight);
void pango_font_description_free(PangoFontDescription *font);
void pango_cairo_update_layout(cairo_t *cairo, PangoLayout *layout);
void pango_cairo_show_layout(cairo_t *cairo, PangoLayout *layout);
void g_object_unref(void *object);

/* One line of text at a time, measured in points whatever the device: no hinting, no rounding of glyph positions. */

static inline PangoLayout *akin_text_new(void) {
  PangoFontMap *fonts = pango_cairo_font_map_new();
  pango_cairo_font_map_set_resolution(fonts, 72);
  PangoContext *context = pango_font_map_create_context(fonts);
  g_object_unref(fonts);
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(context, options);
  cairo_font_options_destroy(options);
  pango_context_set_round_glyph_positions(context, 0);
  PangoLayout *layout = pango_layout_new(context);
  g_object_unref(context);
  pango_layout_set_single_paragraph_mode(layout, 1);
  return layout;
}

static inline void akin_text_set(PangoLayout *layout, const char *text, int length, const char *family, double size,
                                 int bold) {
  PangoFontDescription *font = pango_font_description_new();
  pango_font_description_set_family(font, family);
  pango_font_description_set_absolute_size(font, size * akin_pango_scale);
  if (bold) pango_font_description_set_weight(font, akin_pango_bold);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
  pango_layout_set_text(layout, text, length);
}

static inline double akin_text_width(PangoLayout *layout) {
  int width, height;
  pango_layout_get_size(layout, &width, &height);
  return (double)width / akin_pango_scale;
}

/* Draws the text set, its baseline starting at (x, y). */
static inline void akin_text_draw(PangoLayout *layout, cairo_t *cairo, double x, double y) {
  pango_cairo_update_layout(cairo, layout);
  cairo_move_to(cairo, x, y - (double)pango_layout_get_baseline(layout) / akin_pango_scale);
  pango_cairo_show_layout(cairo, layout);
}
