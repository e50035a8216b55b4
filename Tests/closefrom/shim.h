#pragma once

// glibc's posix_spawn_file_actions_addclosefrom_np, which its header keeps from those who don't ask for GNU's own.
extern int ix_close_from(void *actions, int first) __asm__("posix_spawn_file_actions_addclosefrom_np");
