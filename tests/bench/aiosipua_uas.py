"""aiosipua (PyPI) in the place of our SIP module: answers every call at once, without audio."""

import asyncio
import signal
import sys

from aiosipua import SipUAS, UdpSipTransport, build_sdp


async def serve(address):
    uas = SipUAS(UdpSipTransport(local_addr=(address, 5060)))
    answer = build_sdp(address, 16384, 0, "PCMU")
    uas.on_invite = lambda call: call.accept(answer)
    await uas.start()
    print("ready on", address, flush=True)
    done = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
    await done.wait()
    await uas.stop()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
