"""Q.850 causes and SIP status codes, both ways: RFC 3398 7.2.4.1 and 8.2.6.1."""

from firmware.call import cause

STATUS = {
    cause.UNALLOCATED: 404, 2: 404, 3: 404, cause.NORMAL: 480, cause.BUSY: 486, cause.NO_USER_RESPONDING: 408,
    cause.NO_ANSWER: 480, cause.ABSENT: 480, cause.REJECTED: 603, 22: 410, 23: 410, 26: 404,
    cause.OUT_OF_ORDER: 502, cause.INVALID_NUMBER: 484, 29: 501, cause.NORMAL_UNSPECIFIED: 480,
    cause.NO_CHANNEL: 503, cause.NETWORK_OUT_OF_ORDER: 503, cause.TEMPORARY_FAILURE: 503, 42: 503, 47: 503,
    55: 403, 57: 403, cause.BEARER_NOT_AVAILABLE: 488, 65: 488, 70: 488, 79: 501, 87: 403,
    cause.INCOMPATIBLE: 488, 102: 504, 111: 500, cause.INTERWORKING: 500,
}
"""RFC 3398 7.2.4.1. 16 before an answer is not in it: the far side cleared while it rang. For 21 the RFC
has 403 or, from a user, 603; our far side is always a user. For 58, 65 and 88 it has 503: 488 tells the
caller to try other media."""

CAUSES = {
    400: cause.TEMPORARY_FAILURE, 401: cause.REJECTED, 402: cause.REJECTED, 403: cause.REJECTED,
    404: cause.UNALLOCATED, 405: 63, 406: 79, 407: cause.REJECTED, 408: 102, 410: 22,
    413: cause.INTERWORKING, 414: cause.INTERWORKING, 415: 79, 416: cause.INTERWORKING, 420: cause.INTERWORKING,
    421: cause.INTERWORKING, 423: cause.INTERWORKING, 480: cause.NO_USER_RESPONDING, 481: cause.TEMPORARY_FAILURE,
    482: 25, 483: 25, 484: cause.INVALID_NUMBER, 485: cause.UNALLOCATED, 486: cause.BUSY, 487: cause.NORMAL,
    488: cause.INCOMPATIBLE, 500: cause.TEMPORARY_FAILURE, 501: 79, 502: cause.NETWORK_OUT_OF_ORDER,
    503: cause.TEMPORARY_FAILURE, 504: 102, 505: cause.INTERWORKING, 513: cause.INTERWORKING, 600: cause.BUSY,
    603: cause.REJECTED, 604: cause.UNALLOCATED, 606: cause.INCOMPATIBLE,
}
"""RFC 3398 8.2.6.1. It leaves 488 and 606 to the implementation."""


def status(value):
    """The final response to an INVITE whose far side was released with this cause."""
    return STATUS.get(value, 500)


def cause_of(code):
    """The cause to release with after this final response; 3xx is not followed."""
    if code < 400:
        return cause.INTERWORKING
    return CAUSES.get(code, cause.INTERWORKING)
