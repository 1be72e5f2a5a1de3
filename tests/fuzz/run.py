"""Run a fuzz target under atheris: `-max_total_time=60 CORPUS` as libFuzzer takes them."""

import importlib
import sys
from pathlib import Path


def run(target, seeds, *packages):
    """`seeds` start a corpus that is empty; `packages` names what is measured for coverage."""
    import atheris
    for argument in sys.argv[1:]:
        if not argument.startswith("-"):
            _plant(Path(argument), seeds)
            sys.argv.append(f"-artifact_prefix={argument}-")
            break
    for name in sorted(sys.modules):
        if name.split(".")[0] in packages:
            _instrument(atheris, importlib.import_module(name))
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


def _instrument(atheris, module):
    """Every function and method that the module itself defines."""
    for holder in [module, *(one for one in vars(module).values() if isinstance(one, type))]:
        if holder is module or holder.__module__ == module.__name__:
            for name, value in list(vars(holder).items()):
                if type(value) is type(run) and value.__module__ == module.__name__:
                    setattr(holder, name, atheris.instrument_func(value))


def _plant(corpus, seeds):
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (corpus / f"seed{number}").write_bytes(seed)
