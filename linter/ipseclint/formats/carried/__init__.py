"""Texts of other tools and languages that carry commands: literals that are whole commands, and what runs them.

`literals.py` finds the literals, `runs.py` those that surely run, `course.py` whether the text decides if they do,
`format.py` has them read in place.
"""
