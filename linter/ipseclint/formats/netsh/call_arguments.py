"""The arguments that a section or a file of cmd.exe is called with, which `shift` moves down.

Source: the pages `call` and `shift` of the Windows Commands reference.
"""

from __future__ import annotations

from collections.abc import Callable

from ipseclint.late import late

ARGUMENT = late(r"(?:\"[^\"]*+\"?+|[^ \t,;=\"])++")
"""An argument as cmd.exe parts them: in quotes, or up to a blank, a comma, a semicolon or an equals sign."""
_ALL = "%*"
_BLANKS = " \t,;="
_READ_AGAIN = late(r"\^|%%")
"""What may come out as something else where `call` reads its line once more."""
_NUMBER = late(r"%([1-9])")


class CallArguments:
    """The arguments from `%1` on; `whole` is `%*`, which `shift` does not change.

    What is put in for a variable may be several, or none: those from an unknown one on are not known.
    """

    def __init__(self, whole: str) -> None:
        self.whole = whole.strip(_BLANKS)
        self.begin(str)

    def begin(self, filled_in: Callable[[str], str | None]) -> None:
        """Take the call as made now: what it is given has the variables of this moment, and nothing is shifted yet."""
        self._all = filled_in(self.whole)
        self._words: list[str] = []
        self._is_known = self._all is not None and _ALL not in self._all
        for word in ARGUMENT.findall(self.whole if self._all is None else self._all):
            known = filled_in(word) if self._all is None else word
            if known is None or known == _ALL:
                return
            self._words += ARGUMENT.findall(known)

    def value(self, number: int) -> str | None:
        """An argument by its number, empty where there are fewer; None if it is not known."""
        if number <= len(self._words):
            return _unless_read_again(self._words[number - 1])
        return "" if self._is_known else None

    @property
    def all(self) -> str | None:
        """All arguments, as `%*` gives them; None if they are not known."""
        return _unless_read_again(self._all)

    def shift(self, first: int, *, is_certain: bool) -> None:
        """Move the arguments down by one, from this number on."""
        del self._words[max(0, first - 1) : max(1, first)]
        if not is_certain:
            self._words, self._is_known = [], False


def _unless_read_again(text: str | None) -> str | None:
    return None if text is None or _READ_AGAIN.search(text) else text


def arguments_in(words: str, given: CallArguments | None) -> CallArguments:
    """The arguments of a call, with the caller's own arguments filled in."""

    def filled_in(number: str) -> str | None:
        return None if given is None else given.value(int(number)) or None

    known = _NUMBER.sub(lambda match: filled_in(match[1]) or match[0], words)
    return CallArguments(known if given is None else known.replace(_ALL, given.whole))
