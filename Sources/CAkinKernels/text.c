#include "akin_text.h"

#include <string.h>

// Sixteen bytes, which every host counts in one register.
typedef uint8_t lanes __attribute__((vector_size(16)));

int64_t akin_count_byte(const uint8_t *bytes, int64_t count, uint8_t byte) {
  int64_t total = 0;
  int64_t position = 0;
  while (count - position >= 64) {
    // So few steps that eight bits hold the number of matches of a lane.
    int64_t steps = (count - position) / 64;
    if (steps > 255) steps = 255;
    lanes sums[4] = {{0}};
    for (int64_t step = 0; step < steps; step++, position += 64) {
      for (int part = 0; part < 4; part++) {
        lanes found;
        memcpy(&found, bytes + position + 16 * part, 16);
        // A match is -1.
        sums[part] -= (lanes)(found == byte);
      }
    }
    for (int part = 0; part < 4; part++)
      for (int lane = 0; lane < 16; lane++) total += sums[part][lane];
  }
  for (; position < count; position++) total += bytes[position] == byte;
  return total;
}

int32_t akin_has_byte(const uint8_t *bytes, int64_t count, uint8_t byte) {
  return memchr(bytes, byte, (size_t)count) != NULL;
}

int64_t akin_last_byte(const uint8_t *bytes, int64_t count, uint8_t byte) {
  while (count > 0 && bytes[count - 1] != byte) count--;
  return count - 1;
}
