"""Keys into the line editor; what it shows and what it enters."""

from firmware.console.line import LineEditor

KEYS = (
    b"config show\r",
    b"!config add MSP0 /ec-type 1\r\nmod\n\r\x00x\r",
    b"abd\x1b[Dc\x1b[C\x7fD\x01>\x05<\r",
    b"one two  three\x17\x17\x15four\x1b[D\x0b\r",
    b"\x1b[A\x1b[A\x1b[A\x1b[B!\r",
    b"\xef\xbb\xbfM\xc3\xbcller \xe2\x82\xac \xf0\x9f\x93\x9e\xff\xc3(\r",
    b"gone\x03kept\r",
    b"x\x1b[3~\x1b[H\x1b[3~y\x1bOHz\x1bOF!\x1b[99;99q\x1b\r",
    b"z" * 9000,
    b"still that line\rnext\r",
)

editor = LineEditor()
for keys in KEYS:
    for result in editor.receive(keys):
        value = result[0]
        print(type(result).__name__, (value if isinstance(value, bytes) else value.encode())[:200])

one_by_one = LineEditor(echo=False)
for key in KEYS[1] + KEYS[2]:
    for result in one_by_one.receive(bytes([key])):
        print(tuple(result))
