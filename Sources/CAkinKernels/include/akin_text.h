#ifndef AKIN_TEXT_H
#define AKIN_TEXT_H

#include <stdint.h>

/// How many of the bytes are equal to `byte`.
int64_t akin_count_byte(const uint8_t *bytes, int64_t count, uint8_t byte);

/// Whether any of the bytes is equal to `byte`.
int32_t akin_has_byte(const uint8_t *bytes, int64_t count, uint8_t byte);

/// The position of the last byte that is equal to `byte`; -1 where there is none.
int64_t akin_last_byte(const uint8_t *bytes, int64_t count, uint8_t byte);

#endif
