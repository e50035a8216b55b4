#pragma once

// Foundation brings the tables of all languages, 34 MB, for functions that the programs don't call. The programs say
// here that they have none: the linker takes these tables in place of the library's.
extern const unsigned char icudt76_dat[];
