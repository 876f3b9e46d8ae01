"""Compiled execution: document → plan → columns → statement → rows → bytes.

`execute` is the way in. `compiler` makes a plan of a valid document, once: which columns each
selection of rows needs (`columns`), those of a list's pages (`lists`), and what follows them. `run`
executes it breadth-first, every edge of a level in one statement; what single rows and short pages
lead to is read along with them. What a plan is made of are shapes (`shape`): `leaf`, `rows` and
their `edges`, `pages`, `objects`.
"""
