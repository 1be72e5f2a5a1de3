"""baresip as a SIP phone: plays one WAV, records what it hears, is steered over its TCP port."""

import json
import pathlib
import socket
import time

from sim.peers.programs.process import Process, find

MODULES = "/usr/lib/baresip/modules"
CONFIGURATION = """\
poll_method epoll
sip_listen {host}:{port}
sip_trans_def udp
call_local_timeout 120
call_max_calls {calls}
audio_player aubridge,sink
audio_source aufile,{play}
audio_alert aubridge,ring
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
audio_buffer 20-160
net_interface {host}
rtp_timeout 0
rtp_ports {rtp}
snd_path {folder}
module_path {modules}
module stdio.so
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_app account.so
module_app menu.so
module ctrl_tcp.so
ctrl_tcp_listen {host}:{control}
"""


class Baresip(Process):
    """A phone at sip:`user`@`host`:`port`, registered if a registrar is given; answers by itself."""

    def __init__(self, folder, host, user, play, port=5060, registrar=None, password="secret", calls=8):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.host, self.port, self.control = host, port, 4444
        program = find("baresip", "baresip-core")
        (folder / "config").write_text(CONFIGURATION.format(
            host=host, port=port, control=self.control, play=pathlib.Path(play).resolve(), folder=folder.resolve(),
            modules=MODULES, rtp=f"20000-{20098 + 4 * calls}", calls=calls))
        domain = "{}:{}".format(*registrar) if registrar else f"{host}:{port}"
        interval = 60 if registrar else 0
        (folder / "accounts").write_text(
            f"<sip:{user}@{domain}>;auth_user={user};auth_pass={password};regint={interval};answermode=auto;"
            "audio_codecs=PCMA/8000/1,PCMU/8000/1\n")
        (folder / "contacts").write_text("")
        super().__init__([program, "-f", folder], folder)
        self.wait_for("baresip is ready", 10)

    def command(self, name, parameters=""):
        """One command of its menu over ctrl_tcp (a netstring of JSON); returns its answer's text."""
        text = json.dumps({"command": name, "params": parameters, "token": name}).encode()
        with socket.create_connection((self.host, self.control), timeout=5) as line:
            line.sendall(b"%d:%s," % (len(text), text))
            return line.recv(65536).decode(errors="replace")

    def registered(self):
        return "200 OK" in self.output()

    def call(self, uri):
        return self.command("dial", uri)

    def hang_up(self):
        return self.command("hangup")

    def recording(self, seconds=5):
        """The WAV of what it heard, once the call has ended and the file is there."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = sorted(self.folder.glob("dump-*-dec.wav"))
            if found:
                return found[-1]
            time.sleep(0.05)
        raise RuntimeError(f"baresip recorded nothing:\n{self.output()[-2000:]}")
