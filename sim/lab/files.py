"""What a run of a lab leaves behind in a folder. Each file appears when it is complete, or not at all."""

import contextlib
import json
import os
import pathlib
import tempfile
from collections.abc import Iterator
from typing import Any

from sim.burstlog import BurstLog
from sim.lab.build import Stage
from sim.lab.junit import junit
from sim.lab.report import as_dict
from sim.status import UserError
from sim.trace import Pcap, Transcript, Wav


@contextlib.contextmanager
def appearing(path: pathlib.Path) -> "Iterator[pathlib.Path]":
    """A path to write to, which takes the name `path` when the block ends well, and goes when it does not."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error
    os.close(handle)
    try:
        yield pathlib.Path(name)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write(path: pathlib.Path, text: str) -> None:
    """What is no regular file, such as /dev/stdout, is written to as it is."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UserError(f"cannot write {path}: {error.strerror}") from error
        return
    with appearing(path) as there:
        there.write_text(text, encoding="utf-8")


class Folder:
    """Observes a run and writes `out`: capture.pcap, air.pcap, console-BOARD.txt, log-BOARD.txt, heard-NAME.wav,
    events.log, junit.xml, result.json."""

    def __init__(self, out: pathlib.Path):
        self._out = out
        self._stack = contextlib.ExitStack()
        self._transcripts: dict[str, Transcript] = {}
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"cannot write to {out}: {error.strerror}") from error

    def begin(self, stage: Stage) -> None:
        self._stage = stage
        self._files = ["capture.pcap"]
        pcap = self._stack.enter_context(self._opened("capture.pcap"))
        self._pcap = self._stack.enter_context(Pcap(str(pcap)))
        stage.record.on_packet = self._pcap.packet
        if any(machine.radio is not None for machine in stage.machines.values()):
            self._bursts(stage)
        for name in stage.machines:
            path = self._stack.enter_context(self._opened(f"console-{name}.txt"))
            file = self._stack.enter_context(path.open("w", encoding="utf-8"))
            self._transcripts[name] = transcript = Transcript(file)
            self._stack.callback(transcript.close)
        stage.record.on_console = lambda who, now, way, data: self._transcripts[who].tap(now, way, data)

    def _bursts(self, stage: Stage) -> None:
        self._files.append("air.pcap")
        path = self._stack.enter_context(self._opened("air.pcap"))
        log = self._stack.enter_context(BurstLog(str(path)))
        stage.site.air.tap(log.burst)

    def _opened(self, name: str):
        return appearing(self._out / name)

    def finish(self, result) -> "list[str]":
        self._stack.close()
        files = [*self._files, *(f"console-{name}.txt" for name in self._transcripts)]
        for name in self._stage.machines:
            files.append(self._text(f"log-{name}.txt", "".join(line + "\n" for line in self._stage.log(name))))
        files += [self._wav(f"heard-{name}.wav", *person.recording()) for name, person in self._stage.people.items()]
        files.append(self._text("events.log", "".join(note.line() + "\n" for note in result.events)))
        files.append(self._text("junit.xml", junit(result)))
        files.append(self._text("result.json", json.dumps(as_dict(result), indent=2) + "\n"))
        return [str(self._out / name) for name in files]

    def abandon(self) -> None:
        """The run did not end: what is half written goes."""
        error = RuntimeError("abandoned")
        self._stack.__exit__(RuntimeError, error, None)

    def _text(self, name: str, text: str) -> str:
        write(self._out / name, text)
        return name

    def _wav(self, name: str, samples: Any, rate: int) -> str:
        with appearing(self._out / name) as there, Wav(str(there), rate) as wav:
            wav.put(samples.astype("<i2").tobytes())
        return name


def observers(out: "str | pathlib.Path | None") -> "list[Any]":
    """Those that write into a folder; none without one."""
    if out is None:
        return []
    folder = pathlib.Path(out)
    from sim.lab.pictures import Pictures

    return [Folder(folder), Pictures(folder)]
