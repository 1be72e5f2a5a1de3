"""Development boards on this machine: the MicroPython VM and the DSP board, each behind a pseudo-terminal."""
