"""The options of SIP, TSIP and SIPS and of their interfaces REG1, REG2 ...: article 09.

What the articles do not say is our choice: the names of options that the web
page shows only as a field, the default port, and the header modes' defaults.
"""

from firmware.config.schema import ADDRESS, CHOICE, FLAG, NUMBER, SECRET, TEXT, TRACE, Option

ARTICLE = "article 09"
URI = 255
PORT = 5060
"""RFC 3261 18.2.1."""
INTERVAL = 120

FLAGS = (
    ("accept-anywhere", "take INVITEs that do not come from the SIP server, instead of 305 Use Proxy"),
    ("enforce-sending-complete", "clear the call on 484 Address Incomplete, instead of waiting for digits"),
    ("no-video", "leave video out of media offers"),
    ("no-early-media", "ignore SDP before the call is answered"),
    ("no-inband-on-error", "end a failed call with BYE, without inband information"),
    ("no-inband-disconnect", "no inband information when the far side disconnects"),
    ("no-remote-hold", "do not take \"inactive\" for being held"),
    ("take-refer-to-uri", "use the URI of Refer-To as the remote target"),
    ("pai", "send the identity as P-Asserted-Identity"),
    ("ppi", "send the identity as P-Preferred-Identity"),
    ("send-deprecated-diversion-header", "send Diversion beside History-Info"),
    ("single-audio-description", "offer either secure or plain audio, not both"),
    ("no-authentication-info", "no Authentication-Info in REGISTER responses"),
    ("send-no-historyinfo", "send no History-Info"),
    ("get-cdpn-from-to-uri", "take the called number from To instead of the Request-URI"),
    ("prefer-pai", "take the calling number from an identity header if there is one"),
    ("no-diverting-name", "no display name for the diverting party"),
    ("installed-certificate", "use the installed certificate instead of the device's own"),
    ("no-hr-notify", "do not pass hold notifications on"),
    ("rem-cn-capability", "leave comfort noise out of media offers"),
)


def tweaks(module):
    """The interoperability options; only the module's have defaults, so that an interface's beat them."""
    def default(value):
        return value if module else None

    found = [Option(name, FLAG, default(False), help=help, source=ARTICLE) for name, help in FLAGS]
    found.extend([
        Option("interval", NUMBER, default(INTERVAL), "s", 10, 86400, help="registration interval to propose",
               source=ARTICLE),
        Option("options-interval", NUMBER, None, "s", 0, 86400,
               help="send OPTIONS so often, without registration only", source=ARTICLE),
        Option("contact-addr", TEXT, None, high=URI, help="host[:port][;parameters] of Contact", source=ARTICLE),
        Option("to-header", CHOICE, default("called"), choices=("called", "original"),
               help="party in To of a diverted call", source=ARTICLE),
        Option("from-header", CHOICE, default("aor"), choices=("aor", "aor-display", "cgpn"),
               help="From of outgoing calls: the AOR, the AOR with the calling number as display, or that number",
               source=ARTICLE),
        Option("identity-header", CHOICE, default("cgpn"), choices=("cgpn", "aor", "uui"),
               help="whose URI the identity header carries", source=ARTICLE),
        Option("prack", CHOICE, default("supported"), choices=("supported", "required", "disabled"),
               help="reliable provisional responses, RFC 3262", source=ARTICLE),
    ])
    return tuple(found)


def _module():
    found = [Option("port", NUMBER, PORT, "", 1, 65535, help="local port of interfaces that name none")]
    found.extend(tweaks(True))
    found.extend(TRACE)
    return tuple(found)


def _interface():
    found = [
        Option("name", TEXT, None, high=63, help="descriptive name", source=ARTICLE),
        Option("disable", FLAG, False, help="switch the interface off, keep its configuration", source=ARTICLE),
        Option("type", CHOICE, "provider", choices=("provider", "open", "closed"),
               help="provider: register at a server; open, closed: federation without registration", source=ARTICLE),
        Option("no-reg", FLAG, False, help="a trunk without registration", source=ARTICLE),
        Option("aor", TEXT, None, high=URI, help="address of record: user@domain[:port]", source=ARTICLE),
        Option("local-hostname", TEXT, None, high=URI,
               help="our domain: taken off called URIs, and the name of the TLS certificate", source=ARTICLE),
        Option("local-port", NUMBER, None, "", 1, 65535, help="local port, unique for each interface",
               source=ARTICLE),
        Option("proxy", ADDRESS, None, high=URI, help="host[:port] to send to; else the AOR's domain",
               source=ARTICLE),
        Option("stun", ADDRESS, None, high=URI, help="STUN servers", source=ARTICLE),
        Option("user", TEXT, None, high=127, help="user name for authorization; else the AOR's user",
               source=ARTICLE),
        Option("pwd", SECRET, None, high=127, help="password for authorization", source=ARTICLE),
        Option("users", FLAG, False, help="register each user whose handset is there, at the AOR's domain",
               source="article 31"),
        Option("system-pwd", FLAG, False, help="users register with this interface's password, not with their own",
               source="article 31"),
    ]
    found.extend(tweaks(False))
    return tuple(found)


MODULE = _module()
INTERFACE = _interface()
