"""Names of header fields and reason phrases of status codes (RFC 3261 20, 21; RFC 3261 7.3.3 for the compact forms)."""

KNOWN = (
    "Accept", "Accept-Encoding", "Accept-Language", "Alert-Info", "Allow", "Authentication-Info", "Authorization",
    "Call-ID", "Call-Info", "Contact", "Content-Disposition", "Content-Encoding", "Content-Language",
    "Content-Length", "Content-Type", "CSeq", "Date", "Diversion", "Error-Info", "Event", "Expires", "From",
    "History-Info", "In-Reply-To", "Max-Forwards", "MIME-Version", "Min-Expires", "Min-SE", "Organization",
    "P-Asserted-Identity", "P-Preferred-Identity", "Path", "Priority", "Privacy", "Proxy-Authenticate",
    "Proxy-Authorization", "Proxy-Require", "RAck", "RSeq", "Reason", "Record-Route", "Refer-To", "Referred-By",
    "Remote-Party-ID", "Replaces", "Reply-To", "Require", "Retry-After", "Route", "Server", "Service-Route",
    "Session-Expires", "Subject", "Supported", "Timestamp", "To", "Unsupported", "User-Agent", "Via", "Warning",
    "WWW-Authenticate",
)
COMPACT = (
    ("c", "Content-Type"), ("e", "Content-Encoding"), ("f", "From"), ("i", "Call-ID"), ("k", "Supported"),
    ("l", "Content-Length"), ("m", "Contact"), ("o", "Event"), ("r", "Refer-To"), ("s", "Subject"), ("t", "To"),
    ("u", "Allow-Events"), ("v", "Via"), ("x", "Session-Expires"),
)
SINGLE = (
    "Call-ID", "Content-Disposition", "Content-Length", "Content-Type", "CSeq", "Date", "Expires", "From",
    "Max-Forwards", "Min-Expires", "MIME-Version", "Reply-To", "Retry-After", "Subject", "Timestamp", "To",
)
"""Fields of which a message has at most one (7.3.1)."""


def _spellings():
    found = {}
    for name in KNOWN:
        found[name] = found[name.lower()] = name
    for short, name in COMPACT:
        found[short] = name
    return found


SPELLINGS = _spellings()
"""A field's name as it is written mostly, or in lower case -> its name."""

PHRASES = """
100 Trying
180 Ringing
181 Call Is Being Forwarded
182 Queued
183 Session Progress
200 OK
202 Accepted
300 Multiple Choices
301 Moved Permanently
302 Moved Temporarily
305 Use Proxy
380 Alternative Service
400 Bad Request
401 Unauthorized
402 Payment Required
403 Forbidden
404 Not Found
405 Method Not Allowed
406 Not Acceptable
407 Proxy Authentication Required
408 Request Timeout
410 Gone
413 Request Entity Too Large
414 Request-URI Too Long
415 Unsupported Media Type
416 Unsupported URI Scheme
420 Bad Extension
421 Extension Required
423 Interval Too Brief
480 Temporarily Unavailable
481 Call/Transaction Does Not Exist
482 Loop Detected
483 Too Many Hops
484 Address Incomplete
485 Ambiguous
486 Busy Here
487 Request Terminated
488 Not Acceptable Here
491 Request Pending
493 Undecipherable
500 Server Internal Error
501 Not Implemented
502 Bad Gateway
503 Service Unavailable
504 Server Time-out
505 Version Not Supported
513 Message Too Large
600 Busy Everywhere
603 Decline
604 Does Not Exist Anywhere
606 Not Acceptable
"""
"""One text, not a table: as objects these phrases would take a board four times the memory."""


def phrase(status, default="Unknown"):
    """The reason phrase of a status code, or `default`."""
    mark = "\n{} ".format(status)
    at = PHRASES.find(mark)
    return default if at < 0 else PHRASES[at + len(mark):PHRASES.find("\n", at + 1)]
