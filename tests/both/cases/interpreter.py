"""The lines of article 31, and some that are wrong, on stub modules."""

from firmware.loop import Typed
from tests.both.stubs import Device

LINES = r"""
!config change DEVMANBW /hs-param-url
!config change DEVMANPP /firm-dh7 3.0.16 /firm-dh7-url http://192.0.2.1/IP65/DH7-M_v3.0.16.bin
!config change DEVMANBW /hs-param-url http://192.0.2.1/parameter.xml
!config add DEVMANBW /cfg-poll-interval 1
!config write
!config activate
!config add CUNITE /trace /module-trace verbose
!config add CUNITE FILEGET /trace /module-trace verbose
!config change DEVMANBW /hs-param-url
!config add MATP /trace /module-trace verbose
config add MSP0 /ec-type 1
# a comment
CONFIG ADD msp0 /EC-TYPE 0 /ec-type 1
config add MSP0 /ec-type 7
config add MSP0 /ec-type
config add MSP0 /ec-type 1 2
config add MSP0 ec-type 1
config add MSP0 /
config add MSP0 //x
config add CMD0 /name Nico%20Mobile /pwd secret+word /nonsense %2fabc%zz
config rem CMD0 /name /missing
config add SIP REG1 /aor 201@sip.example /pai on
config add SIP REG /aor 1
config add NOSUCH /x
config change GW-DECT MASTER /mode active /sari 31100422072149
config activate
config write
config show
config show SIP
config show SIP REG1
config show NOSUCH
config template MSP0
mod
mod cmd CMD0 echo a%20b c+d (cn=Anna)
mod cmd CMD0/sub echo
mod cmd CMD0 nonsense
mod cmd NOSUCH x
vars create X509/TRUSTED pba 6239515b
vars create X509/TRUSTED pba 01
vars create X509/TRUSTED pb 0
vars create X509/TRUSTED q 00
vars create UPDATE/CHECK p serial1
vars read X509/TRUSTED
vars del X509/TRUSTED/00000
vars read
vars del X509/MISSING
resetn
config change MATP
reset
ser nop
mem
what
help
"""

device = Device()
print(device.console.start(0))
for number, line in enumerate(LINES.split("\n")):
    result = device.run(line, number * 1000000)
    print(line)
    print(tuple(result))
print(device.console.receive(Typed(b"mod\r", ["break", "overrun"]), 0))
print("\n".join(device.log.lines()))
print(device.pending.reasons, sorted(device.log.tracing))

again = Device(device.flash)
print(again.warnings, again.configuration.lines() == device.configuration.lines(), again.variables.lines())
for module in again.registry.modules:
    for sub, values, changed in module.seen:
        print(module.name, sub, sorted(values.items()), changed)
