// Polynomials of the elementary functions (math_float.h, math_double.h), made by tools/minimax.py: coefficients from the
// lowest power on. SIN, LOG (of atanh), ATAN, ASIN: (f(r)/r - 1)/r^2 in z = r^2; COS: (cos(r) - 1 + z/2)/z^2;
// EXP: (exp(r) - 1 - r)/r^2 in r.
#ifndef HELIO_KERN_MATH_POLY_H
#define HELIO_KERN_MATH_POLY_H

// Off by 2^-43.5.
static const double POLY_SIN_HALF_TURN[6] = {
    -0x1.55555555549d7p-3, 0x1.1111110fc12e0p-7, -0x1.a01a001270babp-13, 0x1.71dd8e143a4c0p-19,
    -0x1.ae20cfe52de5dp-26, 0x1.54e83ad1eca6dp-33,
};

// Off by 2^-35.1.
static const double POLY_SIN_SHORT[4] = {
    -0x1.555555545e6ebp-3, 0x1.11110defd4e89p-7, -0x1.a013a83758fb0p-13, 0x1.6dbe2ff06daaep-19,
};

// Off by 2^-38.6.
static const double POLY_COS_SHORT[4] = {
    0x1.5555555502eaap-5, -0x1.6c16bf5540ad4p-10, 0x1.a015c4d33ca13p-16, -0x1.2524624a07e56p-22,
};

// Off by 2^-35.2.
static const double POLY_EXP_SHORT[7] = {
    0x1.fffffffffc0c1p-2, 0x1.5555556754f6cp-3, 0x1.5555556f09c13p-5, 0x1.1110c62ee5d0ep-7,
    0x1.6c16522eb497cp-10, 0x1.a1518011a4913p-13, 0x1.a15a62185f951p-16,
};

// Off by 2^-38.0.
static const double POLY_LOG_SHORT[5] = {
    0x1.55555555651f6p-2, 0x1.999998c92bc90p-3, 0x1.2493251c2b709p-3, 0x1.c67a54739a5bbp-4,
    0x1.8c9504ac6ad05p-4,
};

// Off by 2^-39.4.
static const double POLY_ATAN_SHORT[8] = {
    -0x1.555555554f2f4p-2, 0x1.99999978cd225p-3, -0x1.24923ac79bce5p-3, 0x1.c717a2ce8ccaap-4,
    -0x1.73f736383e093p-4, 0x1.36700859f1bfcp-4, -0x1.e48e99c221a97p-5, 0x1.fca024819005ep-6,
};

// Off by 2^-40.2.
static const double POLY_ASIN_SHORT[9] = {
    0x1.555555555c880p-3, 0x1.3333330fb14a9p-4, 0x1.6db6f839c9a20p-5, 0x1.f1be252184312p-6,
    0x1.6f3da6fe787a0p-6, 0x1.14a096d7a8359p-6, 0x1.15c0c6b6b73f8p-6, 0x1.bd0e2d71e1288p-11,
    0x1.d405c27757cf7p-6,
};

// Off by 2^-66.0.
static const double POLY_SIN_NEAR[5] = {
    -0x1.5555555555555p-3, 0x1.1111111111105p-7, -0x1.a01a019fee2bcp-13, 0x1.71de36cb0aeb9p-19,
    -0x1.ae2892f9d29e0p-26,
};

// Off by 2^-68.3.
static const double POLY_COS_NEAR[3] = {
    0x1.0000000000000p-1, -0x1.5555555555381p-5, 0x1.6c16b7ab7ad93p-10,
};

// Off by 2^-46.6.
static const double POLY_EXP_NEAR[4] = {
    0x1.fffffffffff58p-2, 0x1.5555555555495p-3, 0x1.55555acd08c46p-5, 0x1.111115c0cf6f5p-7,
};

// Off by 2^-56.0.
static const double POLY_LOG_NEAR[6] = {
    -0x1.0000000000000p-1, 0x1.5555555555557p-2, -0x1.ffffffff6fff4p-3, 0x1.999999988b5f2p-3,
    -0x1.5556d556c889ep-3, 0x1.249410430fb54p-3,
};

#endif
