"""Markdown fences around code blocks."""

from __future__ import annotations

import re

from ipseclint.late import late

FENCES = ("```", "~~~")
"""What a fence begins with."""
MARKS = r"(?:`{3}|~{3})"
"""The same in an expression."""
MAX_INDENT = 8
"""Behind so many blanks, or marks of what is quoted, a fence is one still: in a list, in a list within a list."""
FENCE = late(rf"^[ \t>]{{0,{MAX_INDENT}}}{MARKS}", re.MULTILINE)
"""A line that opens or closes a block, quoted or not."""
