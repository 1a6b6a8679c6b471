"""What a batch file prints for netsh to read: into a file that it writes, from a block in brackets, through a pipe.

echo ipsec static add policy name=P> p.txt          (echo pushd ipsec static            echo quit | netsh
netsh -f p.txt                                       echo add policy name=P) | netsh
"""

from __future__ import annotations

from ipseclint.formats.kit.run_files import RunFiles, file_name
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command_words import NETSH_PROGRAM, PRINTERS, printed, printed_words, without_at
from ipseclint.formats.netsh.words import Part
from ipseclint.formats.netsh.wrappers import RUNS_FILE
from ipseclint.late import late

_READ_FROM = late(r"<[ \t]*(\"[^\"]+\"|[^\s<>|&\"]+)")


class PrintedLines:
    """The lines that a batch file has printed, by the file or the block that they stand in.

    Of each block that is open it is known whether it is certain to run, and what it has printed so far.
    """

    def __init__(self, files: RunFiles) -> None:
        self._files = files
        self._blocks: list[tuple[bool, list[Token]]] = []
        self._of_block: list[Token] = []

    def typed(self, parts: list[Part]) -> list[Token] | None:
        """The lines that `echo` hands to netsh through a pipe; None if that is not what a line does."""
        last = [word.text for word in without_at(parts[-1].words)]
        if parts[-1].separator != "|" or len(last) != 1 or not NETSH_PROGRAM.fullmatch(last[0]):
            return None
        typed = without_at(parts[0].words)
        if len(parts) == 2 and len(typed) == 2 and typed[0].word == "type":
            return self._files.written(file_name(typed[1].text))
        lines = [printed(part) for part in parts[:-1] if part.words]
        return [echoed for echoed in lines if echoed] if all(lines) else None

    def written(self, part: Part, words: tuple[Token, ...]) -> list[Token] | None:
        """The lines of a file that this script has written and netsh now reads; it keeps what `echo` writes to one."""
        if words[0].text.casefold() in PRINTERS and part.target:
            name = file_name(part.target.removeprefix(">>"))
            if not part.target.startswith(">>") or not self._files.is_known(name):
                self._files.write(name, [])
            if (echoed := printed_words(words)) is not None:
                self._files.append(name, [echoed])
            return []
        is_netsh = NETSH_PROGRAM.fullmatch(words[0].text) is not None
        if is_netsh and len(words) > 2 and words[-2].text.casefold() in RUNS_FILE:
            return self._files.written(file_name(words[-1].text))
        return None

    def fed(self, part: Part, words: tuple[Token, ...]) -> list[Token] | None:
        """The lines that netsh reads from a file that this script has written, or from a block in brackets."""
        if NETSH_PROGRAM.fullmatch(words[0].text) is None:
            return None
        if part.separator == "|":
            return self._of_block if len(words) == 1 else None
        file = _READ_FROM.search(part.raw) if part.fed else None
        return None if file is None else self._files.written(file_name(file[1].strip('"')))

    def take_block(self, part: Part, keyword: str, *, is_certain: bool) -> None:
        """Follow what the commands in brackets print, and the file that what they print goes into."""
        certain, printed = False, list[Token]()
        for _ in range(min(part.closes, len(self._blocks))):
            certain, printed = self._blocks.pop()
        if part.separator != "|":
            self._of_block = printed if certain else []
        if part.closes and part.target:
            self._files.write(file_name(part.target.removeprefix(">>")), printed if certain else None)
        if part.opens:
            self._blocks.append((is_certain, []))
        elif self._blocks and keyword in PRINTERS and not part.target and (echoed := printed_words(part.words)):
            self._blocks[-1][1].append(echoed)
