"""The monitor: QMP, as QEMU speaks it, to look at a running board and to steer it."""
