"""Kamailio as a registrar with digest, and a proxy to those who registered."""

import glob
import pathlib
import socket
import time

from sim.peers.programs.process import Process, find

MODULES = "/usr/lib/*/kamailio/modules"
"""The star is the machine's architecture, as Debian writes it."""

CONFIGURATION = """\
#!KAMAILIO
debug=2
log_stderror=yes
fork=yes
children=1
disable_tcp=yes
auto_aliases=no
listen=udp:{host}:{port}
mpath="{modules}"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "xlog.so"
loadmodule "auth.so"
modparam("usrloc", "db_mode", 0)
modparam("registrar", "min_expires", {min_expires})
modparam("registrar", "max_expires", {max_expires})
modparam("auth", "qop", "auth")
modparam("auth", "nonce_expire", {nonce_expire})

request_route {{
    if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
    if (is_method("REGISTER")) {{
        if (!pv_www_authenticate("{realm}", "{password}", "0")) {{ www_challenge("{realm}", "1"); exit; }}
        if (!save("location")) sl_reply_error();
        xlog("L_WARN", "registered $tu\\n");
        exit;
    }}
    if (has_totag()) {{
        if (loose_route()) {{ t_relay(); exit; }}
        if (is_method("ACK")) {{ if (t_check_trans()) t_relay(); exit; }}
        sl_send_reply("404", "Not here");
        exit;
    }}
    if (is_method("CANCEL")) {{ if (t_check_trans()) t_relay(); exit; }}
    if (is_method("OPTIONS") && uri==myself) {{ sl_send_reply("200", "OK"); exit; }}
    if (is_method("INVITE")) {{
        record_route();
        if (from_uri=~"challenged") {{
            if (!pv_proxy_authenticate("{realm}", "{password}", "0")) {{ proxy_challenge("{realm}", "1"); exit; }}
            consume_credentials();
        }}
    }}
    if (!lookup("location")) {{ sl_send_reply("404", "Not Found"); exit; }}
    t_relay();
}}
"""


class Kamailio(Process):
    """A registrar at host:port for any user with one password; the realm is the host."""

    def __init__(self, folder, host, port=5060, password="secret", min_expires=10, max_expires=3600,
                 nonce_expire=300):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.address = (host, port)
        self.password = password
        program = find("kamailio", "kamailio")
        modules = next(iter(glob.glob(MODULES)), MODULES)
        (folder / "kamailio.cfg").write_text(CONFIGURATION.format(
            host=host, port=port, realm=host, password=password, modules=modules, min_expires=min_expires,
            max_expires=max_expires, nonce_expire=nonce_expire))
        super().__init__([program, "-f", folder / "kamailio.cfg", "-P", folder / "pid", "-Y", folder, "-D", "-E",
                          "-m", "64", "-M", "8"], folder)
        self._answers(10)

    def _answers(self, seconds):
        """Until it answers an OPTIONS of ours."""
        ping = ("OPTIONS sip:{0}:{1} SIP/2.0\r\nVia: SIP/2.0/UDP {2}:{3};branch=z9hG4bKping\r\n"
                "From: <sip:ping@{2}>;tag=1\r\nTo: <sip:{0}>\r\n"
                "Call-ID: ping@{2}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 5\r\nContent-Length: 0\r\n\r\n")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((self.address[0], 0))
            probe.settimeout(0.1)
            deadline = time.monotonic() + seconds
            while self.running() and time.monotonic() < deadline:
                probe.sendto(ping.format(*self.address, *probe.getsockname()).encode(), self.address)
                try:
                    probe.recv(4096)
                    return
                except OSError:
                    continue
        raise RuntimeError(f"kamailio does not answer at {self.address}:\n{self.output()[-2000:]}")
