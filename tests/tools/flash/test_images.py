"""What is sent: compiled files, their digests, and the cache that saves compiling."""

import pytest

from sim.status import UserError
from tools import portable
from tools.flash import images
from tools.flash.cache import Cache


@pytest.fixture
def source(tmp_path):
    def make(text, name="one.py"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return make


def test_sources_become_mpy_files_of_version_6_except_those_that_run_first(source, tmp_path):
    files = [("a/one.py", source("x = 1\n")), ("main.py", source("y = 2\n", "m.py")), ("c.txt", source("text", "t"))]
    made = images.compiled(files, ("-O3",), cache=Cache(tmp_path / "cache"))
    assert [one.path for one in made] == ["a/one.mpy", "main.py", "c.txt"]
    assert made[0].data[:2] == b"M\x06"
    assert [one.data for one in made[1:]] == [b"y = 2\n", b"text"]
    assert all(one.digest == images.digest(one.data) and len(one.digest) == 32 for one in made)


def test_a_source_with_an_error_is_named(source, tmp_path):
    with pytest.raises(UserError, match=r"one\.py does not compile: SyntaxError"):
        images.compiled([("one.py", source("x = = 1\n"))], cache=Cache(tmp_path / "cache"))


def test_only_what_has_changed_is_compiled_again(source, tmp_path, monkeypatch):
    ran = []
    real = images.compile_one
    monkeypatch.setattr(images, "compile_one", lambda program, path, *rest: (ran.append(path.name),
                                                                          real(program, path, *rest))[1])
    files = [("one.py", source("x = 1\n")), ("two.py", source("x = 1\n", "two.py"))]
    cache = Cache(tmp_path / "cache")
    first = images.compiled(files, cache=cache)
    assert images.compiled(files, cache=cache) == first and sorted(ran) == ["one.py", "two.py"]
    source("x = 2\n")
    second = images.compiled(files, cache=cache)
    assert ran[2:] == ["one.py"]
    assert (second[0] != first[0], second[1] == first[1]) == (True, True)
    assert len(list((tmp_path / "cache").iterdir())) == 2
    images.compiled(files, ("-O3",), cache=cache)
    assert len(ran) == 5


def test_a_damaged_cache_is_made_again_and_one_that_cannot_be_written_is_no_matter(tmp_path):
    cache = Cache(tmp_path / "cache")
    assert cache.made("a", b"source", lambda: b"made") == b"made"
    (place,) = (tmp_path / "cache").iterdir()
    for damage in (b"", b"short", place.read_bytes()[:-1] + b"X"):
        place.write_bytes(damage)
        assert cache.made("a", b"source", lambda: b"again") == b"again"
    (tmp_path / "file").write_text("")
    assert Cache(tmp_path / "file" / "below").made("a", b"s", lambda: b"x") == b"x"


@pytest.mark.parametrize("board", ["upy-unix", "rp2", "esp32", "stm32"])
def test_the_whole_firmware_compiles_for_every_board(board, tmp_path):
    import boards

    arch = boards.find(board).micropython.arch
    made = images.compiled(portable.files(board), (portable.OPTIMISE, *images.march(arch)))
    assert len({one.path for one in made}) == len(made) > 80
    assert not [one.path for one in made if one.path.endswith(".py") and one.path != "main.py"]
    assert sum(len(one.data) for one in made) < 256 * 1024
