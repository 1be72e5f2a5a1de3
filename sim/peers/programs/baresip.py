"""baresip as a SIP phone: plays one WAV, records what it hears, is steered over its TCP port."""

import json
import pathlib
import socket
import time
import wave

import numpy as np

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
ausrc_srate {rate}
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
{coders}module aufile.so
module aubridge.so
module sndfile.so
module_app account.so
module_app menu.so
module ctrl_tcp.so
ctrl_tcp_listen {host}:{control}
"""

CODECS = {"pcma": "PCMA/8000/1", "pcmu": "PCMU/8000/1", "g722": "G722/16000/1", "g726-32": "G726-32/8000/1",
          "opus": "opus/48000/2"}
"""As its accounts name them; the rate is that of the samples. Its G726-32 is packed as AAL2-G726-32 would be."""
CODER_MODULES = {"PCMA": "g711", "PCMU": "g711", "G722": "g722", "G726-32": "g726", "opus": "opus"}
RATE = 8000


class Baresip(Process):
    """A phone at sip:`user`@`host`:`port`, registered if a registrar is given; answers by itself.

    It plays a WAV file of any rate; best of its codec's own, for it resamples badly.
    """

    def __init__(self, folder, host, user, play, port=5060, registrar=None, password="secret", calls=8,
                 codecs=("pcma", "pcmu")):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.host, self.port, self.control = host, port, 4444
        program = find("baresip", "baresip-core")
        names = [CODECS[codec] for codec in codecs]
        modules = dict.fromkeys(CODER_MODULES[name.partition("/")[0]] for name in names)
        with wave.open(str(play), "rb") as file:
            rate = file.getframerate()
        (folder / "config").write_text(CONFIGURATION.format(
            host=host, port=port, control=self.control, play=pathlib.Path(play).resolve(), folder=folder.resolve(),
            rate=rate, coders="".join(f"module {module}.so\n" for module in modules), modules=MODULES,
            rtp=f"20000-{20098 + 4 * calls}", calls=calls))
        domain = "{}:{}".format(*registrar) if registrar else f"{host}:{port}"
        interval = 60 if registrar else 0
        (folder / "accounts").write_text(
            f"<sip:{user}@{domain}>;auth_user={user};auth_pass={password};regint={interval};answermode=auto;"
            f"audio_codecs={','.join(names)}\n")
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

    def heard(self):
        """The samples of its recording as int16 at 8 kHz, whatever rate its codec has."""
        with wave.open(str(self.recording()), "rb") as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
            whole = samples.reshape(-1, file.getnchannels()).mean(axis=1)
            count = len(whole) * RATE // file.getframerate()
        if count != len(whole):
            whole = np.fft.irfft(np.fft.rfft(whole)[:count // 2 + 1], count) * count / len(whole)
        return np.clip(np.rint(whole), -32768, 32767).astype(np.int16)

    def recording(self, seconds=5):
        """The WAV of what it heard, once the call has ended and the file is there."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = sorted(self.folder.glob("dump-*-dec.wav"))
            if found and whole(found[-1]):
                return found[-1]
            time.sleep(0.05)
        raise RuntimeError(f"baresip recorded nothing:\n{self.output()[-2000:]}")


def whole(path):
    """Whether a WAV file is closed: its head is written last."""
    try:
        with wave.open(str(path), "rb") as file:
            return file.getnframes() > 0
    except (wave.Error, EOFError):
        return False
