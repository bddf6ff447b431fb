"""Random and mutated lines at a terminal: each gets an answer, soon, and never a stack trace.

grammar.py     lines, selectors, paths, templates and manifests that are nearly right
mutations.py   what is done to lines and objects to make them wrong
run.py         the terminal that gets them, and what counts as a fault
"""
