"""The web server: parser, digest, doors and the small modules behind them, on a device of the real modules."""

from firmware import digest
from firmware.config.configuration import Configuration
from firmware.config.pending import Pending
from firmware.config.store import Store
from firmware.console.interpreter import Interpreter
from firmware.effects import Trace
from firmware.fax.interface import Fax
from firmware.http.door import Door
from firmware.http.server import Http
from firmware.led import Fact, Led
from firmware.log import Log
from firmware.module import Registry
from firmware.ota.devman import Firmware, Parameters
from firmware.system.box import Box
from firmware.system.directory import Directory
from firmware.system.journal import Journal
from firmware.update.bootcode import choose
from firmware.update.flashman import FlashManager
from firmware.update.image import pack
from hal.description import Region
from hal.net import Accepted, Received
from tests.both.stubs import SECTOR, RamFlash

A, B = Region("dir_a", 0, 4 * SECTOR), Region("dir_b", 4 * SECTOR, 4 * SECTOR)
IMAGES = (Region("mini", 8 * SECTOR, SECTOR), Region("firmware", 9 * SECTOR, 2 * SECTOR))


class Button:
    def pressed(self):
        return False


flash, pending, log = RamFlash(), Pending(), Log()
box, led, directory = Box("IP1203", "15r1sr4", b"\x00\x90\x33\x00\x00\x01", pending), Led(), Directory(
    Store(flash, A, B, SECTOR))
modules = [led, box, directory, Journal(log), FlashManager(flash, (A, B)), Parameters(), Firmware(), Fax()]
registry = Registry(modules)
print(led.start(0))
configuration = Configuration(registry, log, pending)
interpreter = Interpreter(registry, configuration, None, None, log, pending, directory)
http = Http(Door(interpreter, {"/log.txt": lambda now: "log\r\n"}), box.password_of, b"secret", "IP1203")
print(directory.start(0), http.configure("", {"port": 80}, [], 0), len(configuration.activate(0)))
http.receive(Accepted(("http", 80), 1, ("192.0.2.1", 1)), 0)


def get(target, extra=""):
    challenge = digest.parse(http._reception().guard.challenges(0)[0])
    value = digest.authorization("GET", target, "admin", "ip1203", challenge, "c", 1)
    octets = "GET {} HTTP/1.1\r\nHost: d\r\nAuthorization: {}\r\n{}\r\n".format(target, value, extra).encode()
    for index in range(0, len(octets), 50):
        for effect in http.receive(Received(1, octets[index:index + 50]), 0):
            print(effect)


for target in ("/log.txt", "/!mod", "/!config%20add%20CMD0%20/name%20Nico%2520Mobile", "/!config%20activate",
               "/!config%20show", "/CMD0/box_info.xml", "/CMD0/mod_cmd.xml?cmd=xml-info&xsl=a.xsl", "/x", "/!a%00",
               "/FLASHDIR0/mod_cmd.xml?cmd=add-item", "/NOWHERE/mod_cmd.xml?cmd=x",
               "/CMD0/mod_cmd.xml?cmd=reset&xsl=reset.xsl&reset=OK"):
    get(target)
for octets in (b"GET /caf\xc3\xa9\xff HTTP/1.1\r\nHost: d\r\n\r\n",
               b"PUT / HTTP/1.1\r\nHost: d\r\nContent-Length: x\r\n\r\n"):
    print([len(effect.text.encode()) if isinstance(effect, Trace) else effect
           for effect in http.receive(Received(1, octets), 0)])
print(http.receive(Received(1, b"x"), 0), http.due())

for line in ("mod cmd FLASHDIR0 add-item 101 (cn=Anna%20(home))(e164=201)(pbx=<user%20a=\"\\28\"/>)",
             "mod cmd FLASHDIR0 add-item 102 (cn=B", "mod cmd FLASHDIR0 add-item 7 (cn=Zoë)", "mod cmd FLASHDIR0 show",
             "mod cmd FLASHDIR0 del-item 7", "mod cmd FLASHMAN0 info", "mod cmd LOG0/FAULT xml-alarms",
             "config change DEVMANBW /hs-param-url", "config add CMD0 /admin x", "config activate",
             "mod cmd DEVMANBW info", "mod cmd DEVMANPP info", "mod cmd LED state", "mod cmd FAX0 info"):
    result = interpreter.run(line, 0)
    print(result.reply.encode(), result.effects, result.warnings)
again = Directory(Store(flash, A, B, SECTOR))
again.start(0)
print([(one, sorted(attributes.items())) for one, attributes in again.items], again.find("e164", "201") is not None)
print(again.lines())

for fact in (Fact("starting", False), Fact("traffic", 1), Fact("full", True), Fact("sync", "bad")):
    print(led.receive(fact, 1000), led.state, led.due())
    print([(led.due(), led.tick(led.due())) for _ in range(4)])

print(choose(flash, IMAGES, Button()))
flash.program(IMAGES[0].at, pack("IP1203", "15r1", b"mini"))
print(choose(flash, IMAGES, Button()))
flash.program(IMAGES[1].at, pack("IP1203", "15r1sr4", bytes(5000), 1510536))
print(choose(flash, IMAGES, Button()))
