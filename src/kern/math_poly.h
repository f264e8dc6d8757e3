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

// Off by 2^-55.4.
static const double POLY_SIN_LONG[6] = {
    -0x1.5555555555555p-3, 0x1.1111111110bb3p-7, -0x1.a01a019e83b98p-13, 0x1.71de379693ebep-19,
    -0x1.ae600b059a95cp-26, 0x1.5e0b18e2e74a4p-33,
};

// Off by 2^-59.4.
static const double POLY_COS_LONG[6] = {
    0x1.5555555555555p-5, -0x1.6c16c16c16967p-10, 0x1.a01a019f4eb44p-16, -0x1.27e4fa17db6c2p-22,
    0x1.1eeb68e764238p-29, -0x1.907da02fc4a17p-37,
};

// Off by 2^-53.1.
static const double POLY_EXP_LONG[10] = {
    0x1.0000000000001p-1, 0x1.5555555555558p-3, 0x1.5555555553d62p-5, 0x1.111111110f803p-7,
    0x1.6c16c1788c44dp-10, 0x1.a01a01b00c2c6p-13, 0x1.a019b90bc3fbdp-16, 0x1.71ddf6b3f10d1p-19,
    0x1.289186d6aea07p-22, 0x1.af632ad6abee8p-26,
};

// Off by 2^-52.5.
static const double POLY_LOG_LONG[7] = {
    0x1.5555555555558p-2, 0x1.9999999995223p-3, 0x1.2492492e03e54p-3, 0x1.c71c62d03b35bp-4,
    0x1.7462ba29068a2p-4, 0x1.39fdb9220c050p-4, 0x1.2b5fc0c21f500p-4,
};

// Off by 2^-57.9.
static const double POLY_ATAN_LONG[12] = {
    -0x1.5555555555555p-2, 0x1.99999999998d3p-3, -0x1.2492492486021p-3, 0x1.c71c71bd9c79cp-4,
    -0x1.745d155eeab10p-4, 0x1.3b13778e18d81p-4, -0x1.110cb7723b5e0p-4, 0x1.e17285705b2a6p-5,
    -0x1.ab665c167c0fdp-5, 0x1.7032b8e9d77c9p-5, -0x1.0fcee62535f46p-5, 0x1.e5b11a33136d4p-7,
};

#endif
