"""SIP: RFC 3261 over UDP, from octets to calls.

message, headers, uri, sdp: the wire. client, server, transaction, timers: the
transaction layer. dialog, auth, registration, session, agent: the user agent.
interface: the modules SIP, TSIP and SIPS; leg: what the module CALL is told.
"""
