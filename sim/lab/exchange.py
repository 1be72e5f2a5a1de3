"""The registrar or PBX of a lab, with all who register there."""

from sim.lab.model import Part
from sim.peers.pbx import Pbx, User
from sim.peers.registrar import Registrar

PASSWORD = "secret"
"""Of the users of boards; as that of the system too."""

PLAIN = ""
"""The Hardware Id of a device that names none."""


def registrar(stage, part: Part, numbers: "dict[str, str]", net) -> Registrar:
    """`numbers` are those of the handsets by name."""
    users = {name: User(password, {PLAIN}) for name, password in part.users.items()}
    trunks = dict(part.trunks)
    for phone in stage.parts("phone"):
        if phone.registrar == part.name:
            users[phone.number or phone.name] = User(phone.password, {PLAIN})
    for board in stage.parts("board"):
        if board.registrar == part.name:
            mine = [one for one in stage.parts("handset") if one.board == board.name]
            _join(board, mine, numbers, users, trunks)
    return _made(stage, part, users, trunks, net)


def _join(board, handsets, numbers, users, trunks):
    """The users of one board: by one name for all, by their own names, or by their numbers."""
    if board.trunk:
        users[board.trunk] = User(PASSWORD, {PLAIN})
        trunks.update({numbers[one.name]: board.trunk for one in handsets})
    elif board.people:
        for one in handsets:
            name = one.name.lower()
            users[name] = User("a password of " + name, {one.device or name}, one.tls_only, one.pbx_pwd)
            trunks[numbers[one.name]] = name
    else:
        users.update({numbers[one.name]: User(PASSWORD, {PLAIN}) for one in handsets})


def _made(stage, part, users, trunks, net):
    address, record = stage.addresses[part.name], stage.record
    options = {"trunks": trunks, "challenge_calls": part.challenge_calls}
    made: Registrar
    if part.pbx:
        made = pbx = Pbx(stage.time, net, address, users, PASSWORD, **options)
        judge = pbx.accept
        assert judge is not None

        def accept(user, request, source):
            reason = judge(user, request, source)
            if reason is not None:
                record.note(part.name, "refused", f"{user}: {reason}")
            return reason

        made.accept = accept
    else:
        passwords = {name: PASSWORD if one.pbx_pwd else one.password for name, one in users.items()}
        made = Registrar(stage.time, net, address, passwords, **options)
    made.on_register = lambda user: record.note(part.name, "registered", user)
    return made


def people_lines(address: "tuple[str, int]") -> "list[str]":
    """Console lines by which every user registers by himself, with the password of the system (article 31)."""
    host, port = address
    return [f"config change SIP REG1 /name pbx /aor {host} /proxy {host}:{port} /users /system-pwd /pwd {PASSWORD}",
            "config write", "config activate"]
