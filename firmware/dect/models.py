"""Which handsets the system takes: article 31, "No Base Station and No Handset Compatibility".

A handset names itself in MODEL-ID and its profiles in TERMINAL-CAPABILITY. The
manufacturer's codes and the numbers of the models are our choice.
"""

from firmware.dect import elements

OURS, PARTNER = 0x02A1, 0x02A2

MODELS = (
    (OURS, 61, "IP61"), (OURS, 63, "IP63"), (OURS, 64, "IP64"), (OURS, 65, "IP65"),
    (OURS, 50, "IP50"), (OURS, 52, "IP52"), (OURS, 54, "IP54"), (OURS, 55, "IP55"), (OURS, 56, "IP56"),
    (PARTNER, 81, "d81"), (PARTNER, 83, "d83 Talker"), (PARTNER, 84, "d83 Messenger"), (PARTNER, 85, "d83 Protector"))

OLD = (50, 52, 54, 55, 56)
"""GAP alone: they do not know the external handover of CAP (CAP-N.1)."""


def name(model):
    """What the model is called, or None."""
    for emc, code, text in MODELS:
        if model is not None and (emc, code) == tuple(model):
            return text
    return None


def objection(message):
    """Why a handset cannot be used with this system, by what it says of itself; None if it can, or says nothing."""
    model, terminal = elements.model(message), elements.terminal(message)
    if model is None and terminal is None:
        return None
    known = name(model)
    if known is None:
        return "it is of another make, which this system does not support"
    if (model.emc == OURS and model.code in OLD) or (terminal is not None and not terminal.cap):
        return "{} has GAP but no CAP, which the external handover of this system needs".format(known)
    return None
