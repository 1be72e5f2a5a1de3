import pytest

from hal.check import ContractError, check_flash
from hal.description import NorFlash as Geometry
from hal.flash import FlashError
from hal.net import Datagram
from sim.devices.flash import NorFlash
from sim.devices.virtual_net import VirtualNet
from sim.faults import Fault, Faulty
from sim.network import VirtualNetwork
from sim.time import Time

SMALL = Geometry(16 * 1024, 4096, 256)


def test_without_faults_the_wrapper_is_the_device():
    flash = NorFlash(SMALL)
    check_flash(Faulty(flash))
    wrapped = Faulty(flash)
    wrapped.cut_at(1, "before")
    assert (wrapped.size, wrapped.operations, wrapped.happened) == (SMALL.size, flash.operations, [])


def test_an_error_is_raised_at_the_chosen_calls():
    flash = Faulty(NorFlash(SMALL), Fault("erase", "raise", calls=(2,), error=FlashError("worn out")))
    flash.erase(0)
    with pytest.raises(FlashError, match="worn out"):
        flash.erase(0)
    flash.erase(0)
    assert flash.happened == [("erase", 2, "raise")]


def test_a_dropped_program_is_noticed_by_the_check():
    with pytest.raises(ContractError):
        check_flash(Faulty(NorFlash(SMALL), Fault("program", "drop")))


def test_a_read_with_a_flipped_bit_is_noticed_by_the_check():
    with pytest.raises(ContractError):
        check_flash(Faulty(NorFlash(SMALL), Fault("read", "corrupt", chance=0.3), seed=1))


def test_corruption_flips_exactly_one_bit_and_repeats_for_a_seed():
    def stored(seed):
        flash = NorFlash(SMALL)
        Faulty(flash, Fault("program", "corrupt"), seed=seed).program(0, bytes(32))
        return flash.read(0, 32)
    assert sum(bin(octet).count("1") for octet in stored(1)) == 1
    assert stored(1) == stored(1)
    assert len({stored(seed) for seed in range(10)}) > 5


def hosts(*faults, seed=0):
    time = Time()
    network = VirtualNetwork(time)
    a, b = VirtualNet(network, "10.0.0.1"), Faulty(VirtualNet(network, "10.0.0.2"), *faults, seed=seed)
    a.bind("a", 5060)
    b.bind("b", 5060)

    def send(count):
        for number in range(count):
            a.send("a", ("10.0.0.2", 5060), b"%d" % number)
        time.run(time.now + 1_000)
    return send, b


def test_dropped_polls_lose_what_they_held():
    send, b = hosts(Fault("poll", "drop", calls=(1,)))
    send(1)
    assert b.poll() == []
    send(2)
    assert len(b.poll()) == 2


def test_delayed_events_come_with_a_later_poll():
    send, b = hosts(Fault("poll", "delay", calls=(1,), by=2))
    send(1)
    assert (b.poll(), b.poll()) == ([], [])
    assert b.poll() == [Datagram("b", ("10.0.0.1", 5060), b"0")]


def test_a_corrupted_datagram_keeps_its_source():
    send, b = hosts(Fault("poll", "corrupt"))
    send(1)
    (event,) = b.poll()
    assert event.source == ("10.0.0.1", 5060)
    assert event.data != b"0"


def test_the_wake_of_a_wrapped_device_is_the_devices_own():
    send, b = hosts(Fault("poll", "drop"))
    woken = []
    b.wake = lambda: woken.append(True)
    send(1)
    assert woken == [True]


def test_chances_are_met():
    flash = Faulty(NorFlash(SMALL), Fault("program", "drop", chance=0.25))
    for _ in range(1000):
        flash.program(0, b"\0")
    assert 200 < len(flash.happened) < 300


def test_senseless_faults_are_refused():
    with pytest.raises(ValueError, match="drop, corrupt, delay, raise"):
        Fault("read", "explode")
    with pytest.raises(ValueError, match="goes with raise"):
        Fault("read", "raise")
