// See psfont.h. Start at psfont_char.
#include "plot/psfont.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { FOUR = 4, CROSS = 0xD7, SYMBOL_CROSS = 0264 };

int psfont_of(PsFamily family, bool is_bold, bool is_slanted)
{
    if (family >= PS_SYMBOL) return FOUR * PS_SYMBOL + (int)(family - PS_SYMBOL);
    return FOUR * (int)family + 2 * is_bold + is_slanted;
}

int psfont_named(const char *name)
{
    for (int i = 0; i < PSFONTS; i++) {
        if (strcasecmp(psfonts[i].name, name) == 0) return i;
    }
    return -1;
}

int psfont_usual(int number)
{
    static const struct {
        PsFamily family;
        bool is_bold, is_slanted;
    } usual[PSFONT_NUMBERS] = {
        [3] = {PS_HELVETICA, 0, 0},   [4] = {PS_HELVETICA, 1, 0},  [5] = {PS_HELVETICA_NARROW, 0, 0},
        [6] = {PS_HELVETICA_NARROW, 1, 1}, [7] = {PS_TIMES, 0, 0}, [8] = {PS_TIMES, 1, 1},
        [9] = {PS_SYMBOL, 0, 0},      [10] = {PS_ZAPFDINGBATS, 0, 0}, [11] = {PS_COURIER, 0, 0},
        [12] = {PS_COURIER, 0, 1},    [13] = {PS_PALATINO, 0, 0},  [14] = {PS_PALATINO, 0, 1},
        [15] = {PS_PALATINO, 1, 0},   [16] = {PS_PALATINO, 1, 1},  [17] = {PS_AVANTGARDE, 0, 0},
        [18] = {PS_SCHOOLBOOK, 0, 0}, [19] = {PS_SCHOOLBOOK, 1, 0}, [20] = {PS_HELVETICA, 0, 0},
    };
    if (number < 3 || number >= PSFONT_NUMBERS) number = 3;
    return psfont_of(usual[number].family, usual[number].is_bold, usual[number].is_slanted);
}

// Letters and signs of Symbol: capitals from U+0391 on, small ones from U+03B1 on.
static const char capitals[] = "ABGDEZHQIKLMNXOPR STUFCYW", small[] = "abgdezhqiklmnxoprVstufcyw";
static const struct {
    unsigned unicode;
    uint8_t code;
} signs[] = {
    {CROSS, SYMBOL_CROSS}, {0x3D1, 'J'}, {0x3D5, 'j'}, {0x3D6, 'v'}, {0x2032, 0242}, {0x2033, 0262}, {0x2190, 0254},
    {0x2191, 0255}, {0x2192, 0256}, {0x2193, 0257}, {0x2194, 0253}, {0x21D2, 0336}, {0x2200, 0042}, {0x2202, 0266},
    {0x2203, 0044}, {0x2207, 0321}, {0x2208, 0316}, {0x2211, 0345}, {0x2212, 0055}, {0x221A, 0326}, {0x221D, 0265},
    {0x221E, 0245}, {0x222B, 0362}, {0x2248, 0273}, {0x2260, 0271}, {0x2261, 0272}, {0x2264, 0243}, {0x2265, 0263},
    {0x2022, 0267}, {0x22C5, 0327}, {0x2295, 0305}, {0x2297, 0304}, {0xB0, 0260}, {0xB1, 0261}, {0xF7, 0270},
};
enum { CAPITAL_ALPHA = 0x391, SMALL_ALPHA = 0x3B1 };

static uint8_t symbol_code(unsigned unicode)
{
    if (unicode - CAPITAL_ALPHA < sizeof capitals - 1 && unicode != 0x3A2) return (uint8_t)capitals[unicode - CAPITAL_ALPHA];
    if (unicode - SMALL_ALPHA < sizeof small - 1) return (uint8_t)small[unicode - SMALL_ALPHA];
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (signs[i].unicode == unicode) return signs[i].code;
    }
    return 0;
}

unsigned psfont_symbol_meaning(unsigned code)
{
    const char *at = code > ' ' && code < 127 ? strchr(capitals, (int)code) : NULL;
    if (at) return CAPITAL_ALPHA + (unsigned)(at - capitals);
    at = code > ' ' && code < 127 ? strchr(small, (int)code) : NULL;
    if (at) return SMALL_ALPHA + (unsigned)(at - small);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (signs[i].code == code) return signs[i].unicode;
    }
    return code;
}

static PsChar made(int font, bool is_latin1, unsigned code)
{
    const PsFont *f = &psfonts[font];
    return (PsChar){font, is_latin1, (uint8_t)code, (is_latin1 ? f->latin1 : f->own)[code & 255]};
}

PsChar psfont_char(int font, unsigned code, bool is_byte, bool is_latin1)
{
    int symbol = psfont_of(PS_SYMBOL, false, false);
    bool is_own = font == symbol || font == psfont_of(PS_ZAPFDINGBATS, false, false);
    uint8_t sign = (is_own && code < 256) || (code < 256 && code != CROSS) ? 0 : symbol_code(code);
    if (sign && (code != CROSS || !is_latin1)) return made(symbol, false, sign);
    if (code > 255) code = '?';
    bool is_high = code > 126;
    return made(font, !is_own && (is_latin1 || (is_high && !is_byte)), code);
}
