"""Write the firmware onto a MicroPython board over its serial line."""
