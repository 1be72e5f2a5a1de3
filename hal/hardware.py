"""All that a firmware is handed at power-on."""


class Hardware:
    """Devices by role; a role that the board lacks is None and its capability is not offered."""

    def __init__(self, board, clock, flash, serial, led, button, net, sip, radio=None, dsp=None, fax=None,
                 mac=b"\x00\x90\x33\x00\x00\x01", entropy=None):
        self.board = board
        self.clock = clock
        self.flash = flash
        self.serial = serial
        self.led = led
        self.button = button
        self.net = net
        self.sip = sip
        self.radio = radio
        self.dsp = dsp
        self.fax = fax
        self.mac = mac
        self.entropy = entropy
