from glob import glob

from setuptools import Extension, setup

CORE = "firmware/dsp/core"
BIND = "firmware/dsp/bind"
AIR = "sim/air"
FLAGS = ["-std=c11", "-O2", "-ftree-vectorize", "-ffp-contract=off", "-Wall", "-Wextra"]


def plug_in(name, source):
    """A codec whose library is looked up at import: it may be missing there, and here."""
    return Extension(name, sources=[BIND + "/" + source], depends=sorted(glob(BIND + "/*.h")), include_dirs=[CORE],
                     extra_compile_args=FLAGS, libraries=["dl"], optional=True)


setup(ext_modules=[
    Extension(
        "_gwdsp",
        sources=sorted(glob(CORE + "/*.c") + glob(BIND + "/cpython*.c")),
        depends=sorted(glob(CORE + "/*.h") + glob(BIND + "/*.h")),
        include_dirs=[CORE],
        define_macros=[("GW_PLUG_INS", "1"), ("GW_WIDE_CHANNELS", "1")],
        extra_compile_args=FLAGS,
    ),
    Extension(
        "_gwair",
        sources=sorted(glob(AIR + "/core/*.c") + glob(AIR + "/bind/cpython*.c")),
        depends=sorted(glob(AIR + "/core/*.h") + glob(AIR + "/bind/*.h")),
        include_dirs=[AIR + "/core"],
        extra_compile_args=FLAGS,
    ),
    plug_in("_gwopus", "opus.c"),
    plug_in("_gwg729", "g729.c"),
])
