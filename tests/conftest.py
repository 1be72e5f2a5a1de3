"""Options of the whole suite."""


def pytest_addoption(parser):
    parser.addoption("--target", action="append", choices=("emu", "upy", "qemu"),
                     help="where tests/console_targets types: the emulated board, the MicroPython board, the board "
                     "with its DSP behind a link; repeatable, default all")
