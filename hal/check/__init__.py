"""The contracts of hal/, executable: what an implementation does, not what it claims.

Each `check_...` drives an implementation through its contract and raises
`ContractError` with a sentence that names the clause it broke. They run on
the host and on a board alike; `advance(microseconds)` lets virtual time run
or real time pass. What a check writes or sends is gone afterwards: do not
point one at a device in use.
"""

from hal.check.contract import ContractError
from hal.check.dsp import check_dsp
from hal.check.fax import check_fax
from hal.check.flash import check_flash
from hal.check.net import check_net
from hal.check.radio import check_radio
from hal.check.serial import check_serial
from hal.check.simple import check_button, check_clock, check_led, check_sip

__all__ = (
    "ContractError", "check_button", "check_clock", "check_dsp", "check_fax", "check_flash", "check_led", "check_net",
    "check_radio", "check_serial", "check_sip")
