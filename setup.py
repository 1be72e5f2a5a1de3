from glob import glob

from setuptools import Extension, setup

CORE = "firmware/dsp/core"
BIND = "firmware/dsp/bind"
setup(ext_modules=[Extension(
    "_gwdsp",
    sources=sorted(glob(CORE + "/*.c") + glob(BIND + "/cpython*.c")),
    depends=sorted(glob(CORE + "/*.h") + glob(BIND + "/*.h")),
    include_dirs=[CORE],
    extra_compile_args=["-std=c11", "-O2", "-ftree-vectorize", "-ffp-contract=off", "-Wall", "-Wextra"],
)])
