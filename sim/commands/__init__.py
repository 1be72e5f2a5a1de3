"""The subcommands of `gatesim`, one a file: `arguments(parser)` and `execute(arguments)`."""
