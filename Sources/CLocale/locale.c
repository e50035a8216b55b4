#include "ix_locale.h"

// An empty package of data in ICU's format: the head names the format, and the list of tables has no entry.
_Alignas(16) const unsigned char icudt76_dat[] = {
    32, 0, 0xda, 0x27,                  // length of the head, and its mark
    20, 0, 0, 0, 0, 0, 2, 0,            // length of what follows; little-endian, ASCII, characters of two bytes
    'T', 'o', 'C', 'P', 1, 0, 0, 0,     // a list of tables, version 1
    0, 0, 0, 0, 0, 0, 0, 0,             // version of the data; filling
    0, 0, 0, 0,
    0, 0, 0, 0,                         // number of tables
};
