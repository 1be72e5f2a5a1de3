"""The downloaded configuration, /cfg.txt: lines that give the same configuration when a fresh board replays them."""


def saved_config(configuration, directory, variables):
    """`config change`, `mod cmd FLASHDIR0 add-item` and `vars create` lines, each ended by CRLF.

    Passwords stand in it as they are: without them the replay would not give
    the same device. `directory` has `lines()`, or is None.
    """
    lines = configuration.lines()
    if directory is not None:
        lines += directory.lines()
    lines += variables.lines()
    return "".join([line + "\r\n" for line in lines])
