"""`Protocol` for a type checker, a plain object on a board that has no `typing`."""

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object
