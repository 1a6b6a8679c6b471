"""Run-time events: failed negotiations, drops and counters, read from logs and state exports."""

from enum import StrEnum

from ipseclint.model.sets import MainModeProposal, QuickModeProposal
from ipseclint.model.values import Frozen
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import KeyModule


class EventKind(StrEnum):
    """Which part of the negotiation, or of the driver, an event is about."""

    MAIN_MODE = "main-mode"
    QUICK_MODE = "quick-mode"
    EXTENDED_MODE = "extended-mode"
    KERNEL_DROP = "kernel-drop"
    DOS_PROTECTION_DROP = "dos-protection-drop"
    CLASSIFY_DROP = "classify-drop"
    SERVICE = "service"


class Event(Frozen):
    """One event that concerns IPsec. `time` is UTC, ISO 8601. None: the input does not say.

    `role` is `initiator` or `responder`, `failure_point` `local` or `remote`, `state` the last words of the enumerator,
    for example `SA_SENT`, or the words of the log. `progress` says in our words how far the negotiation came.
    `filter_id` is the number that the engine gave the filter. `possible_codes` are the candidate errors where Windows
    has one text for several. `by_daemon`: the event is reported by an end that is not Windows. `benign`: Windows marks
    the failure as expected. `reason_unknown`: a reason is given and was not understood.
    """

    span: Span
    kind: EventKind
    event_id: int | None = None
    time: str | None = None
    error_code: int | None = None
    possible_codes: tuple[int, ...] = ()
    success: bool | None = None
    key_module: KeyModule | None = None
    role: str | None = None
    failure_point: str | None = None
    state: str | None = None
    progress: str | None = None
    local_address: str | None = None
    remote_address: str | None = None
    filter_id: int | None = None
    context_key: str | None = None
    count: int = 1
    by_daemon: bool = False
    benign: bool = False
    reason_unknown: bool = False

    @property
    def codes(self) -> tuple[int, ...]:
        """The error, or the candidate errors; none if the input does not say."""
        return self.possible_codes if self.error_code is None else (self.error_code,)


class Counter(Frozen):
    """One counter of the IKE service or the driver at the time of the export.

    `group` is the path to it below `ikeextStatistics` or `ipsecStatistics`, for example
    `ikeStatistics/v4Statistics`. In `ikeStatistics/errorFrequencyTable` the name is that of a Windows error
    and the value how often it occurred; errors that did not are left out. `time` is when the export was written,
    ISO 8601; None: it does not say.
    """

    group: str
    name: str
    value: int
    span: Span
    time: str | None = None


class SecurityAssociation(Frozen):
    """One established security association, as `monitor show mmsa` or `qmsa` prints it.

    `proposal` is what was agreed on, as a policy would offer it; None where that was not understood. `by_daemon`: it is
    reported by an end that is not Windows.
    """

    span: Span
    kind: EventKind
    local_address: str | None = None
    remote_address: str | None = None
    offer: str | None = None
    first_authentication: str | None = None
    second_authentication: str | None = None
    proposal: MainModeProposal | QuickModeProposal | None = None
    by_daemon: bool = False
