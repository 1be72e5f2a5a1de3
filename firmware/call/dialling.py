"""A number that a handset dials digit by digit (overlap sending, EN 300 175-5 9.3.1.5): when it is complete."""

FIRST_DIGIT, NEXT_DIGIT = 15000000, 5000000
"""µs to wait for digits; Q.931 9.2 has 10 to 15 s for T302, the shorter one is our choice."""

LONGEST = 64
"""Digits of a called number."""

END_OF_DIALLING = "#"


def collect(called, digits):
    """(the number so far, whether it is complete) with more digits."""
    for digit in digits:
        if digit == END_OF_DIALLING and called:
            return called, True
        called += digit
    return called, len(called) >= LONGEST
