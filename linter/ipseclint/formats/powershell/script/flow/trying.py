"""Points where a `try` may fail: what it made before such a point exists when the failure is caught."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from ipseclint.formats.powershell.script.flow.doubts import Doubts
from ipseclint.formats.powershell.script.flow.forks import Fork
from ipseclint.formats.powershell.script.flow.variables import Variables
from ipseclint.formats.powershell.script.values.value import MAX_WAYS, Decision, Way

MAX_CONDITIONS = 256
"""For how many failures the ways on which they happen are kept (reasoned: as many objects are compared with each)."""

MAX_FAILURES = 32
"""How many failure points of one `try` are told apart (reasoned: the last ones of more are not)."""

LEAVING = ("continue", "break", "return", "exit", "throw")
"""The keywords by how far they leave what they stand in."""
_ENDS_ALL = frozenset({"exit", "throw"})
_MAY_LEAVE = "whether this `{}` is reached is not known: what it would leave out is read as if it ran"


class Failure(NamedTuple):
    """A point where a `try` may fail: its decision, its ways in that, and the ways of others on which it happens."""

    decision: int
    ways: frozenset[int]
    happens_on: tuple[Way, ...]


class Tried(Struct, eq=False):
    """A `try` being followed: its decision, its number of catch clauses, its index among the ways, its failure points.

    `catches_all`: no failure in its block reaches an outer `try`.

    On way 0 nothing fails. Each failure point has one way for each clause that may catch it; the first point is its
    start.
    """

    number: int
    clauses: int
    place: int
    catches_all: bool = True
    failures: int = 1

    def fail(self, ways: Sequence[Way]) -> Failure | None:
        """Add a failure point, reached on these ways; None past the limit, where points are no longer told apart."""
        self.failures = min(self.failures + 1, MAX_FAILURES)
        if self.failures == MAX_FAILURES:
            return None
        own = frozenset(_way(self.failures, clause, self.clauses) for clause in range(self.clauses))
        return Failure(self.number, own, tuple(ways))

    def so_far(self) -> Way:
        """The ways on which an object exists that is made after the last failure point."""
        return self.number, _behind(self.failures, self.clauses)

    def decision(self) -> Decision:
        """The ways on which each clause runs."""
        last = self.failures
        blocks = [
            frozenset(_way(at, clause, self.clauses) for at in range(1, last + 1)) for clause in range(self.clauses)
        ]
        return Decision(self.number, blocks, _behind(last, self.clauses) if last < MAX_FAILURES else frozenset({0}))


class Exit(Struct, eq=False):
    """A jump that may have left out what is followed now: what leaves by it, and the ways on which it did not happen.

    `is_failure`: it happens unless something fails; `since`: how much was set before, if that it is not known is said;
    `forks`: what the variables hold where it happened.
    """

    keyword: str
    label: str = ""
    way: Way | None = None
    is_failure: bool = False
    since: int | None = None
    place: tuple[int, int] = (0, 0)
    forks: Sequence[Fork] = ()

    def is_of(self, keywords: Collection[str], label: str) -> bool:
        """Whether a statement with this label is what it leaves by one of these keywords."""
        return self.keyword in keywords and self.label in {"", label}

    @property
    def is_doubt(self) -> bool:
        """Whether it may happen though nothing fails, so that what is behind it may be left out."""
        return bool(self.forks) and not self.is_failure


class Tries:
    """What one script tries just now, with the decisions of which it is not known how they fall.

    `ways` are those that are followed just now; `depth` is how many failures something would catch, `calls` and `loops`
    how deep calls and loops lie, `finals` how many `finally` blocks are yet to run; `bare_returns` how often what is
    called just now may have been left before its end, and given nothing; `left` has, for each decision, the ways on
    which its blocks are left, by the keyword.
    """

    def __init__(self, doubts: Doubts, variables: Variables) -> None:
        self.ways: list[Way] = []
        self.failures: list[Failure] = []
        self.depth = self.calls = self.loops = self.finals = 0
        self.bare_returns = self.found = 0
        self.left: dict[int, dict[str, frozenset[int]]] = {}
        self._doubts = doubts
        self._variables = variables
        self._exits: list[Exit] = []
        self._failed: set[int] = set()
        self._decisions = 0
        self._tried: list[Tried] = []

    def __bool__(self) -> bool:
        return bool(self._tried)

    @property
    def ways_here(self) -> tuple[Way, ...]:
        """The ways on which what is read just now is reached: the innermost of very many."""
        return tuple(self.ways[-MAX_WAYS:])

    def next_decision(self) -> int:
        """The number of a new decision."""
        self._decisions += 1
        return self._decisions

    @contextmanager
    def on_a_way(self) -> Iterator[None]:
        """Follow code that runs on only one way of a new decision."""
        outer = len(self.ways)
        self.ways.append((self.next_decision(), frozenset({0})))
        try:
            yield
        finally:
            del self.ways[outer:]

    def narrow(
        self,
        way: Way,
        keyword: str,
        *,
        is_failure: bool = False,
        forks: Sequence[Fork] = (),
        place: tuple[int, int] = (0, 0),
    ) -> None:
        """Follow these ways alone, as the others are left by this keyword, up to the end of what it leaves.

        `is_failure`: they are those on which something has failed.
        """
        self.ways.append(way)
        self._exits.append(Exit(keyword, way=way, is_failure=is_failure, forks=forks, place=place))
        if is_failure:
            self._failed.add(way[0])

    def may_leave(self, keyword: str, forks: Sequence[Fork] = (), place: tuple[int, int] = (0, 0)) -> None:
        """Note that what is followed is left by this keyword unless something fails; its ways are not told apart."""
        self._exits.append(Exit(keyword, is_failure=True, forks=forks, place=place))

    def also_go_around(self, number: int, *, is_of_failure: bool) -> None:
        """Note that the jump with this number, made unless something fails, stands in a block that may not run.

        What is behind it may be reached though nothing fails: always, if the block runs only where something does.
        """
        left = self._exits[number]
        left.is_failure = False
        if left.way is not None:
            self._failed.discard(left.way[0])
        if is_of_failure:
            left.forks = ()
        elif not (self._ends_whole(left.keyword) and not self._doubts.has_set):
            left.since = self._doubts.open()

    def failures_since(self, mark: tuple[int, int]) -> list[int]:
        """The numbers of the jumps since a mark that happen unless something fails."""
        return [number for number in range(mark[1], len(self._exits)) if self._exits[number].is_failure]

    def _ends_whole(self, keyword: str) -> bool:
        """Whether the script ends where this leaves what is followed."""
        return keyword in _ENDS_ALL or (not self.calls and (keyword == "return" or not self.loops))

    def may_have_left(
        self, keyword: str, label: str, place: tuple[int, int], forks: Sequence[Fork], way: Way | None = None
    ) -> None:
        """Note that a jump may have left out what is followed from here on; `way` is that on which it has not, if any.

        Where a script ends before it has set anything, it sets all or nothing, which is no doubt about a part of it. A
        `throw` that nothing catches is a failure, which nothing is taken to be.
        """
        if way is not None:
            self.ways.append(way)
        is_failure = keyword == "throw" and not self.depth
        is_of_no_doubt = is_failure or (self._ends_whole(keyword) and not self._doubts.has_set)
        since = None if is_of_no_doubt else self._doubts.open()
        self._exits.append(Exit(keyword, label, way, since=since, place=place, forks=forks))

    def taken_further(self, mark: tuple[int, int], keyword: str) -> list[Fork]:
        """What the variables hold where what is followed since a mark has left by a keyword: that goes on elsewhere."""
        exits = [each for each in self._exits[mark[1] :] if each.keyword == keyword]
        forks = [fork for each in exits for fork in each.forks]
        for each in exits:
            each.forks = ()
        return forks

    def leave_further(self, by: str, forks: Sequence[Fork]) -> None:
        """Note that what has left so leaves by another keyword from here on."""
        mark = self.mark()
        self._exits.append(Exit(by, forks=forks))
        self.drop_what_ends(mark)

    def left_with(self, mark: tuple[int, int]) -> list[Fork]:
        """What the variables hold where what is followed since a mark may have been left."""
        return [fork for each in self._exits[mark[1] :] for fork in each.forks]

    def drop_what_ends(self, mark: tuple[int, int]) -> None:
        """Keep no longer what is held where the script may have ended since a mark, if nothing further sees it."""
        if self.finals:
            return
        for each in self._exits[mark[1] :]:
            if each.keyword == "exit" or (each.keyword == "throw" and not self.depth):
                self._variables.drop(each.forks)
                each.forks = ()

    @property
    def are_told(self) -> bool:
        """Whether the ways that are followed represent every doubt about what runs."""
        here = {id(way) for way in self.ways[-MAX_WAYS:]}
        doubted = [each for each in self._exits[-MAX_WAYS:] if each.since is not None]
        return self._doubts.are_told and all(id(each.way) in here for each in doubted)

    @property
    def is_met(self) -> bool:
        """Whether something sees what a failure leaves behind: what catches it, or a `finally`."""
        return self.depth > 0 or self.finals > 0

    @property
    def is_behind_failure(self) -> bool:
        """Whether what is followed runs only if what left otherwise has failed."""
        is_told = any(decision in self._failed for decision, _ in self.ways[-MAX_WAYS:])
        return is_told or any(each.way is None and each.is_failure for each in self._exits[-MAX_WAYS:])

    @contextmanager
    def up_to_here(self, *keywords: str, label: str = "") -> Iterator[list[Exit]]:
        """Follow a loop or a round of it: behind it the ways count again that these keywords have left.

        Gives the jumps by which it may have been left so, when it has been followed.
        """
        outer, by = len(self._exits), list[Exit]()
        try:
            yield by
        finally:
            by += self._end(outer, keywords, label)

    def _end(self, outer: int, keywords: Collection[str], label: str = "") -> list[Exit]:
        """Take back the jumps from `outer` on that leave no more than this; what they are.

        On the ways that these left, what was asked behind them was not: those of later jumps count again too.
        """
        inner = self._exits[outer:]
        ended = [each for each in inner if each.is_of(keywords, label)]
        if ended:
            self._exits[outer:] = [each for each in inner if not each.is_of(keywords, label)]
            over = {id(each.way) for each in inner[inner.index(ended[0]) :]}
            self.ways[:] = [way for way in self.ways if id(way) not in over]
        self._variables.meet([fork for each in ended for fork in each.forks])
        for each in ended:
            if each.since is not None:
                self._doubts.close(each.since, _MAY_LEAVE.format(each.keyword), *each.place)
        return ended

    def has_failed_since(self, mark: tuple[int, int]) -> bool:
        """Whether what is followed has been left since a mark, unless something has failed."""
        return bool(self.failures_since(mark))

    def mark(self) -> tuple[int, int]:
        """What is followed now, to be gone back to behind what is called."""
        return len(self.ways), len(self._exits)

    def go_back(self, mark: tuple[int, int], *keywords: str) -> bool:
        """Follow all ways again that were followed at a mark, but those that are left by other keywords than these.

        Whether it may have been left by one of these.
        """
        ended = self._end(mark[1], keywords)
        kept = {id(each.way) for each in self._exits[mark[1] :]}
        self.ways[mark[0] :] = [way for way in self.ways[mark[0] :] if id(way) in kept]
        return bool(ended)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Follow what nothing else follows: whatever leaves it leaves no more than it."""
        mark = self.mark()
        try:
            yield
        finally:
            self.go_back(mark, *LEAVING)

    def begin(self, clauses: int, *, catches_all: bool, is_told: bool) -> Tried:
        """Enter a `try` with this many clauses; its failures are told apart from others only with `is_told`."""
        self.depth += 1
        tried = Tried(self.next_decision(), clauses, len(self.ways), catches_all)
        if is_told:
            self.ways.append(tried.so_far())
            self._tried.append(tried)
        return tried

    def end(self, tried: Tried) -> Decision | None:
        """Leave it; the ways on which each clause runs, if told apart."""
        self.depth -= 1
        if tried not in self._tried:
            return None
        self._tried.pop()
        del self.ways[tried.place]
        return tried.decision()

    def may_fail(self) -> None:
        """Note a failure point: what was made before it is kept."""
        for tried in reversed(self._tried):
            inner = self.ways[tried.place + 1 :]
            failure = tried.fail(inner)
            if failure is not None and inner and len(self.failures) < MAX_CONDITIONS:
                self.failures.append(failure)
            self.ways[tried.place] = tried.so_far()
            if tried.catches_all:
                return


@lru_cache(maxsize=256)
def _behind(failures: int, clauses: int) -> frozenset[int]:
    """The ways on which nothing fails, or only after this many failure points."""
    first = min(failures + 1, MAX_FAILURES)
    return frozenset({0, *range(_way(first, 0, clauses), _way(MAX_FAILURES, clauses - 1, clauses) + 1)})


def _way(at: int, clause: int, clauses: int) -> int:
    return 1 + (at - 1) * clauses + clause
