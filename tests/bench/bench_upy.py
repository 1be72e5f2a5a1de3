"""The firmware on the MicroPython VM with 512 KiB of heap: boot, console, memory."""

import pytest

from tests.upy.rig import Board, heap_in_use, install

pytestmark = pytest.mark.bench
LINE = "mod cmd CMD0 xml-info"


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    folder = tmp_path_factory.mktemp("image")
    install(folder)
    return folder


@pytest.fixture
def board(image, tmp_path):
    made = Board(image, tmp_path, [("address", "127.0.0.250")])
    yield made
    made.stop()


def test_boot_of_the_micropython_board_to_the_prompt(benchmark, figure, board):
    benchmark.pedantic(board.start, setup=board.stop, rounds=5)
    median, worst = benchmark.stats.stats.median, benchmark.stats.stats.max
    figure("boot to the prompt on the MicroPython VM, 512 KiB of heap", "< 1.5 s",
           f"{median:.2f} s, worst of 5 {worst:.2f} s")


def test_round_trip_on_the_console_of_the_micropython_board(benchmark, figure, board):
    board.start()
    benchmark.pedantic(board.run, args=(LINE,), rounds=200)
    median, worst = benchmark.stats.stats.median * 1e3, benchmark.stats.stats.max * 1e3
    figure("console round trip there", "< 20 ms", f"{median:.2f} ms, worst of 200 {worst:.1f} ms")


def test_heap_of_the_micropython_board(figure, image):
    fresh, registered, called = heap_in_use(image)
    figure("heap there after boot", "< 300 KiB",
           f"{fresh / 1024:.0f} KiB; with a registration {registered / 1024:.0f}, after a call {called / 1024:.0f}")
    assert fresh < 300 * 1024
