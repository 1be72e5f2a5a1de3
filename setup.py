from setuptools import Extension, setup

CORE = "firmware/dsp/core"
setup(ext_modules=[Extension(
    "_gwdsp",
    sources=["firmware/dsp/bind/cpython.c"],
    include_dirs=[CORE],
    extra_compile_args=["-std=c11", "-O2", "-ffp-contract=off", "-Wall", "-Wextra"],
)])
