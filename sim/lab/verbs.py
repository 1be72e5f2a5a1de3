"""What a step can do and what a check can look at: the further fields of each, in the same table form as the schema."""

from sim.lab.kinds import (
    DIGITS,
    DURATION_KIND,
    FLAG,
    KEYS,
    LINES,
    PATTERN,
    PLACE,
    PRESSED,
    SOUND,
    SPAN,
    TEXT,
    choice,
    number,
    one_of,
    some_of,
    whole,
)
from sim.lab.schema import LINK, Field, Section, must

PERSON = ("handset", "phone")


def verb(name: str, text: str, *fields: Field) -> Section:
    return Section(name, True, text, fields)


BOARD = must("who", some_of("board"), "which")
HANDSET = must("who", some_of("handset"), "which")
ANYBODY = must("who", some_of(*PERSON), "who; with several, all at the same instant")

STEPS = (
    verb("power-on", "Give boards power.", BOARD),
    verb("power-off", "Take power away, as pulling the plug.", BOARD),
    verb("reset-button", "Press the reset button of boards.", BOARD,
         Field("hold", DURATION_KIND, "for how long", 500_000)),
    verb("cable", "Plug or pull the network cable of boards.", BOARD,
         Field("plugged", FLAG, "whether it is in afterwards", False)),
    verb("console", "Type lines on the console of boards.", BOARD,
         must("lines", LINES, "what is typed; {address} and {NAME} as in `config`")),
    verb("call", "Dial a number. Several `to` are called at the same instant, as a broadcast; a phone only.",
         must("who", one_of(*PERSON), "who calls"),
         Field("to", some_of(*PERSON), "who is called"),
         Field("number", DIGITS, "instead of `to`: what is dialled")),
    verb("answer", "Take the call that rings.", ANYBODY),
    verb("hang-up", "End, refuse or give up every call of theirs.", ANYBODY),
    verb("hold", "Hold the call, or take it up again.", must("who", some_of("phone"), "which"),
         Field("on", FLAG, "whether it is held afterwards", True)),
    verb("keys", "Press keys during a call.", ANYBODY, must("keys", KEYS, "which, in order")),
    verb("say", "Say something else from now on.", ANYBODY, must("plays", SOUND, "what")),
    verb("move", "Be somewhere else at once.", must("who", some_of("handset", "board", "jammer", "foreign"), "what"),
         must("to", PLACE, "where")),
    verb("walk", "Walk on a straight line.", HANDSET, must("to", PLACE, "where to"),
         Field("speed", number(0.1, 10, "m/s"), "how fast", 1.2)),
    verb("press", "Press keys of a handset in no call: digits, *, # or names of keys.", HANDSET,
         must("keys", PRESSED, "which, in order")),
    verb("message", "Send a text message.", HANDSET,
         Field("to", one_of(*PERSON), "to whom"),
         Field("number", DIGITS, "instead of `to`: the number"),
         must("text", TEXT, "what it says")),
    verb("turn-off", "Turn it off by its key: it takes leave of its base.", HANDSET),
    verb("switch-off", "Take the battery out.", HANDSET),
    verb("switch-on", "Put the battery in.", HANDSET),
    verb("subscribe", "Subscribe anew, with a code.", HANDSET, must("ac", TEXT, "the code that its user types")),
    verb("on", "Switch transmitters on.", must("who", some_of("jammer", "foreign"), "which")),
    verb("off", "Switch transmitters off.", must("who", some_of("jammer", "foreign"), "which")),
    verb("network", "Change the network.",
         Field("from", one_of("board", "registrar", "phone"), "one direction only: who sends"),
         Field("to", one_of("board", "registrar", "phone"), "and who receives"), *LINK),
    verb("nothing", "Nothing: an instant with a name, for other steps to come after."),
)

AT = Field("at", DURATION_KIND, "when it is looked at; at the end without it")
DURING = Field("during", SPAN, "the stretch of time that counts; the whole lab without it")
LEAST = Field("at_least", number(-1e9, 1e9), "the least that holds")
MOST = Field("at_most", number(-1e9, 1e9), "the most that holds")
LISTENER = must("who", some_of(*PERSON), "who listens")

CHECKS = (
    verb("console", "What the console of a board answers to a line.", must("who", one_of("board"), "which"),
         must("command", TEXT, "what is typed"),
         Field("is", TEXT, "the whole answer, without line ends around it"),
         Field("matches", PATTERN, "found in the answer"),
         Field("lacks", PATTERN, "not found in the answer"), AT),
    verb("state", "What someone is just doing.", must("who", some_of(*PERSON), "who; all of them"),
         must("is", TEXT, 'a handset: "off", "searching", "locked" or "located", or of its call "idle", "dialling", '
              '"ringback", "ringing", "answering", "talking", "ending"; a phone: "registered", or of its call "idle", '
              '"calling", "ringing", "incoming", "connected"'),
         Field("count", whole(0, 1000), "how many of them, instead of all"), AT),
    verb("event", "Something happened to someone.",
         must("who", some_of(*PERSON, "board", "registrar", "jammer", "foreign"), "to whom; to all of them"),
         must("event", TEXT, 'as in the list of events that a run writes, such as "located" or "ringing"'),
         Field("detail", PATTERN, "found in what the list says beside it"),
         Field("times", whole(0, 10_000), "how often, instead of once or more"), DURING),
    verb("speech", "Speech comes through: what is heard is like what was said.", LISTENER,
         must("from", one_of(*PERSON), "who speaks"),
         Field("at_least", number(0, 1), "correlation", 0.95),
         Field("count", whole(0, 1000), "how many of them hear it, instead of all"), DURING),
    verb("noise", "Something is heard, but it is not what was said.", LISTENER,
         must("from", one_of(*PERSON), "who speaks"),
         Field("at_most", number(0, 1), "correlation", 0.5),
         Field("count", whole(0, 1000), "how many of them, instead of all"), DURING),
    verb("level", "How loud it is, in dBm0.", LISTENER, LEAST, MOST, DURING),
    verb("gap", "The longest gap in the speech that is heard, in ms, where the speaker did not pause.", LISTENER,
         must("from", one_of(*PERSON), "who speaks"),
         Field("at_most", number(0, 1e6), "ms", 40.0), DURING),
    verb("bang", "How much louder than anything that was said the loudest 10 ms are that are heard, in dB.", LISTENER,
         must("from", one_of(*PERSON), "who speaks"),
         Field("at_most", number(-100, 100), "dB", 6.0), DURING),
    verb("missing", "Frames of 10 ms of a handset that brought no speech.", HANDSET, LEAST, MOST),
    verb("handovers", "How often handsets changed the bearer or the base during calls.", HANDSET, LEAST, MOST,
         Field("of", choice("any", "bearer", "connection"), "which kind", "any"), DURING),
    verb("base", "Which board's radio a handset is locked to.", HANDSET, must("is", one_of("board"), "which"), AT),
    verb("display", "What stands on the display of handsets.", HANDSET,
         Field("matches", PATTERN, "found in it"), Field("lacks", PATTERN, "not found in it"), AT),
    verb("led", "What the status LED shows.", must("who", some_of("board"), "of which boards"),
         must("is", TEXT, 'such as "idle", "traffic", "full" (firmware/led.py has them all)'),
         Field("during", SPAN, "at some instant of this time, instead of at one"), AT),
    verb("log", "The ring log of boards.", must("who", some_of("board"), "which"),
         Field("matches", PATTERN, "found in a line"), Field("lacks", PATTERN, "found in none"), AT),
    verb("alarms", "The alarms that stand.", must("who", some_of("board"), "of which boards"),
         Field("matches", PATTERN, "found in one; without it no alarm may stand"), AT),
    verb("channels", "Calls of a board that hold a DSP channel, or go without.", must("who", one_of("board"), "which"),
         Field("of", choice("with", "without"), "which calls", "with"), LEAST, MOST, AT),
    verb("counter", "A figure of the radio, as --json gives it.", must("who", one_of("board"), "of which board"),
         must("figure", TEXT, 'such as "air.collided", "sync.lost" or "bearers"; of a list its length'),
         LEAST, MOST, AT),
    verb("sync", "Air synchronisation of radios.", must("who", some_of("board"), "of which boards"),
         must("is", choice("master", "synchronized", "coasting", "searching", "off"), "how it stands"), AT),
    verb("calls", "Calls that have ended at a board, or are up.", must("who", one_of("board"), "which"), LEAST, MOST,
         Field("cause", whole(0, 127), "only those with this cause (Q.850)"), AT),
)

VARIANTS = {"do": STEPS, "kind": CHECKS}
