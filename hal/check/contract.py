"""How a check fails."""


class ContractError(AssertionError):
    """An implementation broke a clause of its contract; the text is that clause."""


def need(holds, clause):
    if not holds:
        raise ContractError(clause)


def refuses(error, clause, call, *arguments):
    """`call(*arguments)` must raise `error`."""
    try:
        call(*arguments)
    except error:
        return
    except Exception as other:
        raise ContractError("{}; it raised {!r}".format(clause, other))
    raise ContractError(clause)


def until(holds, advance, limit, step=1_000):
    """Let time pass until `holds()`, at most `limit` µs; says whether it did."""
    passed = 0
    while not holds():
        if passed >= limit:
            return False
        advance(step)
        passed += step
    return True
