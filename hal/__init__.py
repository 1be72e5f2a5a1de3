"""The contract between firmware and hardware, and nothing else.

Every contract is a class without code: a checker reads it as a Protocol, a
board as a plain object. What an implementation must do is executable too:
`hal.check` runs it. Time is an integer, microseconds since power-on.
"""
