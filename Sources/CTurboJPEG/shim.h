#pragma once

#include <turbojpeg.h>

/* The order of bytes in a pixel that Cairo keeps as one number of 32 bits. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { akin_pixel_format = TJPF_BGRX };
#else
enum { akin_pixel_format = TJPF_XRGB };
#endif
