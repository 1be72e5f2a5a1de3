"""Options of the module CALL: what a handset can do with the R key. Names are our choice."""

from firmware.config.schema import FLAG, TEXT, TRACE, Option

SCHEMA = (
    Option("conference", TEXT, None, high=64, help="number of the conference interface (CONF, SCNF) for R3",
           source="article 31 asks for one; the name is our choice"),
    Option("no-waiting", FLAG, False, help="a handset in a call is busy: no call waits", source="our choice"),
) + TRACE
