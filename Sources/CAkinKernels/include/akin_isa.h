// Which instruction set the kernels of this process use: chosen once, for all of them.
//
// A level is 0 ("default", what every host has), 3 ("v3": AVX2, FMA, BMI2) or 4 ("v4": AVX-512 F, BW, VL, DQ besides).
// The environment variable AKIN_ISA (default, v3 or v4) pins it; else it is the highest that the host has. A new family
// of kernels keeps a table for each level and takes the one of akin_isa_level(); see counts.c and dense.c.
#ifndef AKIN_ISA_H
#define AKIN_ISA_H

#define AKIN_ISA_NOT_SET (-1)
#define AKIN_ISA_UNKNOWN (-2)

// Whether this host and build have a level.
int akin_isa_has(int level);
// The level that AKIN_ISA asks for; AKIN_ISA_NOT_SET, or AKIN_ISA_UNKNOWN for any other text.
int akin_isa_request(void);
// The level in use. Where the request is unknown or not to be had, the highest that is.
int akin_isa_level(void);

#endif
