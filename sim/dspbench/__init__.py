"""A bench for echo cancellers in the manner of ITU-T G.168: signals, measures, candidates, table and plots.

It is of our own writing and certifies nothing. `gatesim dsp bench` runs it; docs/dsp-bench.md explains it.
"""
