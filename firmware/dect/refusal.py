"""How a request of a handset is refused."""

from firmware.dect import nwk

REJECTS = (
    (nwk.MM, nwk.ACCESS_RIGHTS_REQUEST, nwk.ACCESS_RIGHTS_REJECT), (nwk.MM, nwk.LOCATE_REQUEST, nwk.LOCATE_REJECT),
    (nwk.MM, nwk.TERMINATE_REQUEST, nwk.TERMINATE_REJECT), (nwk.LCE, nwk.PAGE_RESPONSE, nwk.PAGE_REJECT),
    (nwk.CLMS, nwk.VARIABLE, nwk.VARIABLE))
"""Protocol, request, and the message that refuses it with a REJECT-REASON; a detaching handset waits for none."""


def refusal(request, reason):
    """[(protocol, type, elements)] that refuses a request."""
    if (request.protocol, request.type) == (nwk.CC, nwk.SETUP):
        return [(nwk.CC, nwk.RELEASE_COM, [nwk.octet(nwk.RELEASE_REASON, nwk.NOT_AUTHENTIC)])]
    return [(protocol, answer, [nwk.octet(nwk.REJECT_REASON, reason)]) for protocol, kind, answer in REJECTS
            if (request.protocol, request.type) == (protocol, kind)]
