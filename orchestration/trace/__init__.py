"""From a figure of a release back to the cells it was made of.

What belongs here: finding one row of a mart (`rows`), what each kind of figure rests on (`ways`), printing
the answer (`show`), and the command (`command`). What does not: anything that writes.
"""
