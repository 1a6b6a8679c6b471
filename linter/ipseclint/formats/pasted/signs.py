"""Patterns for what stands before, around and in pasted lines: prompts of shells, fences of Markdown, colours."""

from __future__ import annotations

import re

from ipseclint.late import late

POWERSHELL = r"PS(?:[ ][^>\r\n]{0,200})?>"
SESSION = r"(?:\[[^\]\r\n]{1,80}\]:[ ]?|\*Evil-WinRM\*[ ])"
"""What stands before the prompt of PowerShell on another machine: its name."""
BULLETS = r"\u2022\u2023\u25a0\u25aa\u25cf\u25e6\uf0a7\uf0b7"
"""What a word processor has before an item of a list, with what its fonts of symbols leave of that in a copy."""
BULLET = rf"[-*+|{BULLETS}\u2013\u2192\u25ba\u00b7]"
"""The mark of an item of a list, and what else may stand before each line."""
CMD = r"[A-Za-z]:(?:\\[^>\r\n<|\"]{0,200})?>"
NETSH = r"netsh(?:[ ][a-z]{2,20}){0,3}>"
"""With the context that its lines stand in."""

FENCES = ("```", "~~~")
"""What a fence begins with."""
MARKS = r"(?:`{3}|~{3})"
"""The same in an expression."""
CODE = (
    r"(?:netsh(?:\.exe)?[ \t]|reg[ ](?:add|delete|query)[ ]|sc(?:\.exe)?[ ](?:config|st(?:art|op))[ ]"
    r"|net1?[ ]st(?:art|op)[ ]|certutil(?:\.exe)?[ ]-|advfirewall[ ](?:consec|mainmode|set)[ ]"
    r"|ipsec[ ](?:static|dynamic)[ ]"
    rf"|{POWERSHELL}|{CMD}|HK[A-Z_]{{2,20}}\\|[\[<@$%]"
    r"|\{(?![^{}\"\r\n]{0,80}\}[ \t]*\r?$)|conn[ ][\w%-]+[ \t]*\r?$|Windows[ ]Registry[ ]"
    r"|(?-i:[A-Z])(?:[\w -]{1,40}[ \t]*:[ \t]|\w+(?:[ ]+(?-i:[A-Z])\w+){2})"
    r"|(?:get|show|set|new|add|remove|enable|disable|copy|rename|import|export|invoke)-[a-z]{3,60}(?:[ \t]|\r?$))"
)
"""How a line of code begins that stands beside the mark of its block, where the language of the block may stand."""
MAX_INDENT = 8
"""Behind so many blanks, or marks of what is quoted, a fence is one still: in a list, in a list within a list."""
FENCE = late(rf"^[ \t>]{{0,{MAX_INDENT}}}{MARKS}", re.MULTILINE)
"""A line that opens or closes a block, quoted or not."""
END_OF_BLOCK = late(
    rf"(?:Ok\.)?[ \t]*(?:{MARKS}|</?[A-Za-z][\w:-]{{0,30}}>|\[/[a-z]{{1,12}}\]|\{{\{{\{{|\}}\}}\}}"
    r"|\{[a-z]{4,10}\})+[ \t]*",
    re.IGNORECASE,
)
"""A line of nothing but the marks that end a block, whatever its language, or with what netsh ends by before them."""
COLOUR = late(r"\x1b\[[0-9;]{0,20}[A-Za-z]")
"""What tells a terminal the colour of what follows."""
BLOCK_COMMENT = r"<#[^#]*+(?:#(?!>)[^#]*+)*+(?:#>|\Z)"
"""A comment of PowerShell over several lines, or one that a text is cut in."""
PARTS_OF_PAGE = ("summary", "dt")
"""The elements of a page that tell what a part of it is called."""
