"""The format of lab files: every section and field, once. docs/lab.md's reference and all errors come from here."""

from typing import Any, NamedTuple

from sim.air.plan import HEIGHT, MATERIALS
from sim.assembly import TEST_SARI
from sim.lab.kinds import (
    ADDRESS_KIND,
    DURATION_KIND,
    FLAG,
    LINES,
    NAME_KIND,
    PATH,
    PLACE,
    SOUND,
    TABLE,
    TEXT,
    TEXTS,
    USER,
    WHEN,
    Kind,
    choice,
    number,
    numbers,
    one_of,
    one_or_each,
    whole,
)
from sim.peers.handset.models import MODELS

HANDSETS = tuple(name.lower().replace(" ", "-") for name in MODELS)


class Field(NamedTuple):
    name: str
    kind: Kind
    help: str
    default: Any = None
    required: bool = False


class Section(NamedTuple):
    """`[name]`, or `[[name]]` any number of times if `many`."""

    name: str
    many: bool
    help: str
    fields: "tuple[Field, ...]"
    variants: str = ""
    """The field whose value says which further fields there are (see `sim.lab.verbs`)."""

    @property
    def title(self) -> str:
        return f"[[{self.name}]]" if self.many else f"[{self.name}]"


def must(name: str, kind: Kind, text: str) -> Field:
    return Field(name, kind, text, required=True)


NAMED = must("name", NAME_KIND, "how the rest of the file calls it")
ADDRESS = Field("address", ADDRESS_KIND, "its address on the virtual network; given out in order without it")
POSITION = Field("position", PLACE, "where it is", (0.0, 0.0, 0))

LINK = (
    Field("delay_ms", number(0, 10_000), "one way", 0.5),
    Field("jitter_ms", number(0, 10_000), "added to the delay, evenly spread; order is kept", 0.0),
    Field("loss_percent", number(0, 100), "datagrams that do not arrive; streams come late instead", 0.0),
    Field("reorder_percent", number(0, 100), "datagrams that are overtaken", 0.0),
    Field("duplicate_percent", number(0, 100), "datagrams that come twice", 0.0),
)

TRANSMITTER = (
    NAMED, POSITION,
    Field("on", DURATION_KIND, "from when on it sends; without it a step switches it on"),
    Field("off", DURATION_KIND, "until when"),
)

SECTIONS = (
    Section("lab", False, "The lab as a whole.", (
        must("duration", DURATION_KIND, "how long it runs, in virtual time"),
        Field("name", TEXT, "its title in reports; the file's name without it", ""),
        Field("about", TEXT, "what it shows", ""),
        Field("seed", whole(0, 2 ** 31 - 1), "the seed of all chance, unless --seed names one", 1),
    )),
    Section("network", False, "The network between boards, registrars and phones.", LINK),
    Section("network.path", True, "One direction between two of them, where it differs from [network].", (
        must("from", one_of("board", "registrar", "phone"), "who sends"),
        must("to", one_of("board", "registrar", "phone"), "who receives"), *LINK)),
    Section("air", False, "How radio waves spread.", (
        Field("shadowing_db", number(0, 20), "standard deviation of what furniture and people change", 0.0),
    )),
    Section("plan.wall", True, "A wall of the floor plan, straight, from floor to ceiling.", (
        must("from", PLACE, "one end; its floor is the wall's"),
        must("to", PLACE, "the other end"),
        Field("material", choice(*MATERIALS), "what it is made of", "brick"),
        Field("loss_db", number(0, 100), "what it takes from a signal, instead of the material's figure"),
    )),
    Section("plan", False, "The building.", (
        Field("floor_height", number(1, 100, "m"), "from floor to floor", HEIGHT),
        Field("floor_loss_db", number(0, 100), "of one ceiling", MATERIALS["ceiling"]),
        Field("size", PLACE, "the far corner, for drawings; what is in it without this"),
    )),
    Section("board", True, "A base station, or any other board of `gatesim boards`.", (
        NAMED,
        Field("model", TEXT, "as `gatesim boards` names it", "ip1203"),
        Field("release", TEXT, "firmware, such as 15r1sr4"),
        ADDRESS, POSITION,
        Field("sari", TEXT, "makes it the master of a DECT system of this identity, with a radio of its own"),
        Field("master", one_of("board"), "makes it a radio of that board's system"),
        Field("registrar", one_of("registrar"), "where it registers its users: those handsets that name it"),
        Field("trunk", USER, "register once, under this name, for all users; each has a registration without it "
              "(a board has eight)"),
        Field("people", FLAG, "register each user by name while the handset is there (SIP /users), with the system's "
              "password; instead of by number", False),
        Field("wideband", FLAG, "of a master: G.722 on long slots for the handsets that take it", False),
        Field("config", LINES, "console lines after these; {address} is its own address, {NAME} that of another part",
              []),
        Field("antennas", TEXTS, "of a model with sockets, what is plugged in: dipole, directional-dual, directional, "
              "omni; its two dipoles without it"),
        Field("azimuth", one_or_each(number(-360, 360, "degrees")), "where they point, from x towards y", 0.0),
        Field("tilt", one_or_each(number(-90, 90, "degrees")), "and how far up", 0.0),
        Field("power", DURATION_KIND, "when it gets power; \"0s\" is the beginning", 0),
    )),
    Section("registrar", True, "A SIP registrar and proxy: the PBX.", (
        NAMED, ADDRESS,
        Field("users", TABLE, "users and passwords beside those of the lab, which it knows already", {}),
        Field("trunks", TABLE, "prefixes of numbers and the user who takes them", {}),
        Field("challenge_calls", FLAG, "whether calls need a password too", False),
        Field("pbx", FLAG, "whether it has user objects: whoever registers must be a device of the user's (article 31)",
              False),
    )),
    Section("phone", True, "A SIP phone.", (
        NAMED, ADDRESS,
        Field("number", USER, "its user at the registrar; its name without it"),
        Field("registrar", one_of("registrar"), "where it registers"),
        Field("password", TEXT, "there", "secret"),
        Field("codecs", TEXTS, "in order of preference", ["pcma", "pcmu"]),
        Field("silence", FLAG, "whether it compresses pauses", False),
        Field("plays", SOUND, "what it says in calls, over and over", "speech"),
        Field("answer", DURATION_KIND, "how long it rings before it answers by itself; without it a step answers"),
    )),
    Section("handset", True, "A DECT handset and its user.", (
        NAMED,
        must("board", one_of("board"), "the master that has it as a user"),
        Field("number", USER, "its number; 201, 202 ... in the order of the file without it"),
        Field("ipei", TEXT, "13 characters as printed; given out without it"),
        Field("model", choice(*HANDSETS), "what it is", "ip65"),
        Field("sari", TEXT, "the system that it belongs to; its board's without it"),
        Field("ac", TEXT, "its authentication code", "0000"),
        POSITION,
        Field("walk", PATH, "where it is when, on straight lines between"),
        Field("wideband", FLAG, "whether it takes G.722 on long slots", False),
        Field("device", TEXT, "the Hardware Id that a PBX has for it; its name without it"),
        Field("tls_only", FLAG, "whether its user at a PBX takes a certificate only", False),
        Field("pbx_pwd", FLAG, "whether its user at a PBX takes the system's password, not one of his own", True),
        Field("plays", SOUND, "what its user says in calls, over and over", "speech"),
        Field("echo_loss_db", number(0, 80), "from its loudspeaker to its microphone; none without it"),
        Field("answer", DURATION_KIND, "how long it rings before it answers by itself; without it a step answers"),
    )),
    Section("foreign", True, "A base of somebody else.", (
        *TRANSMITTER,
        Field("sari", TEXT, "its identity; the same as ours disturbs (article 31)", TEST_SARI),
        Field("rpn", whole(0, 255), "its number in that system", 200),
        Field("slot", whole(0, 11), "of its dummy bearer", 0),
        Field("carrier", whole(0, 9), "of its dummy bearer", 0),
        Field("calls", whole(0, 12), "that are up there, changing slots now and then", 0))),
    Section("jammer", True, "A transmitter that keeps no order.", (
        *TRANSMITTER,
        Field("carriers", numbers(0, 9), "what it fills", list(range(10))),
        Field("slots", numbers(0, 23), "in these slots by its own clock; all the time without it"),
        Field("power_dbm", number(-30, 40), "how strong it is", 24.0),
    )),
    Section("step", True, "Something that happens, in the order of time.", (
        Field("name", NAME_KIND, "for steps that come after it"),
        Field("at", DURATION_KIND, "when"),
        Field("after", WHEN, "instead of `at`: once this has happened"),
        Field("wait", DURATION_KIND, "and so much later", 0),
        must("do", TEXT, "what happens"),
    ), "do"),
    Section("check", True, "What must hold.", (
        Field("name", TEXT, "its name in reports; made from its kind without it"),
        must("kind", TEXT, "what is looked at"),
    ), "kind"),
)
