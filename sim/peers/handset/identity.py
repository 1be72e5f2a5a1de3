"""A handset's own names and those it accepts, from their printed forms (EN 300 175-6)."""

from typing import NamedTuple


class Park(NamedTuple):
    """Portable access rights key: a base is ours if the first `bits` of its ARI are these."""

    bits: int
    value: str

    def accepts(self, rfpi: bytes) -> bool:
        ari = f"{int.from_bytes(rfpi, 'big'):040b}"[1:]
        return ari[:self.bits] == self.value

    @property
    def element(self) -> bytes:
        """Content of a fixed identity (175-5 7.7.18): a spare bit, then the ARI."""
        ari = int(self.value, 2).to_bytes((self.bits + 8) // 8, "big")
        return bytes((0x80, 0x80 | self.bits + 1)) + ari


def _check_digit(digits: list[int]) -> str:
    total = sum((place + 1) * digit for place, digit in enumerate(digits)) % 11
    return "*" if total == 10 else str(total)


def _verified(text: str) -> list[int]:
    digits = [int(one) for one in text[:-1]]
    if text[-1] != _check_digit(digits):
        raise ValueError(f"{text}: the check digit is wrong")
    return digits


def park(text: str) -> Park:
    """PARK or SARI as printed: two digits of length, octal digits, check digit."""
    digits = _verified(text)
    bits = 10 * digits[0] + digits[1]
    return Park(bits, "".join(f"{digit:03b}" for digit in digits[2:])[:bits])


def ipei(text: str) -> bytes:
    """IPUI of type N of a handset, five octets: a nibble of zero, EMC, PSN."""
    digits = "".join(str(digit) for digit in _verified(text))
    if len(digits) != 12:
        raise ValueError(f"{text}: an IPEI has 13 digits")
    return bytes.fromhex(f"0{int(digits[:5]):04X}{int(digits[5:]):05X}")


def printed_ipei(emc: int, psn: int) -> str:
    """An IPEI as it stands on a handset: manufacturer code, serial number, check digit."""
    text = f"{emc:05d}{psn:07d}"
    return text + _check_digit([int(digit) for digit in text])
