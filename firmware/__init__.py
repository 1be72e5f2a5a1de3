"""The firmware: sans-I/O Python for CPython >= 3.11 and MicroPython >= 1.28.

Nothing here reads a clock, opens a socket or waits: each part is an object
with `receive(x, now)`, `tick(now)` and `due()` that returns its effects.
"""
