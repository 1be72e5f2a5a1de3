"""Programs that we did not write, run as processes on loopback: the peers that a user has."""
