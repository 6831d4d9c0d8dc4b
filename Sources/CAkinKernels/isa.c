#include "akin_isa.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
int akin_isa_has(int level) {
    __builtin_cpu_init();
    const int v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
    const int v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    return level == 0 || (level == 3 && v3) || (level == 4 && v4);
}
#else
int akin_isa_has(int level) { return level == 0; }
#endif

int akin_isa_request(void) {
    const char *text = getenv("AKIN_ISA");
    if (text == 0) return AKIN_ISA_NOT_SET;
    if (strcmp(text, "default") == 0) return 0;
    if (strcmp(text, "v3") == 0) return 3;
    if (strcmp(text, "v4") == 0) return 4;
    return AKIN_ISA_UNKNOWN;
}

int akin_isa_level(void) {
    // Every thread that comes here first stores the same number: the level + 1, so that 0 stands for unknown.
    static int chosen;
    int known = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
    if (known == 0) {
        const int request = akin_isa_request();
        const int level = request >= 0 && akin_isa_has(request) ? request
                          : akin_isa_has(4)                     ? 4
                          : akin_isa_has(3)                     ? 3
                                                                : 0;
        known = level + 1;
        __atomic_store_n(&chosen, known, __ATOMIC_RELAXED);
    }
    return known - 1;
}
