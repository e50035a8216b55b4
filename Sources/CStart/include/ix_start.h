#pragma once

/// The program's own name, without its folder; Swift's reading of the command line needs /proc.
const char *_Nonnull ix_program_name(void);

/// Starts `count` threads that live at the same time, and ends them again. 0, or the error that stopped it; `made` says how
/// many there were.
int ix_try_threads(int count, int *_Nonnull made);

/// Makes TERM, INT, HUP and QUIT end this process: the first of a container has no default for them.
void ix_obey_signals(void);

/// Right after a print: 0, or the error that it met.
int ix_output_failure(void);

/// Hands what was printed to the system. 0, or the error that this or an earlier print met.
int ix_flush_output(void);

/// Catches the signals of these numbers from now on. Returns a descriptor from which every caught signal's number can be read, a
/// byte a signal; -1 when no descriptor is free, or after an earlier call.
int ix_catch_signals(const int *_Nonnull numbers, int count);
