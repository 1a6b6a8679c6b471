"""The stages of a negotiation, and their results."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from ipseclint.finding import Basis
from ipseclint.source import Span


class Stage(StrEnum):
    """A stage of a negotiation, in the order they are gone through."""

    KEY_MODULE = "key-module"
    MAIN_MODE_SUITE = "main-mode-suite"
    AUTHENTICATION = "authentication"
    SECOND_AUTHENTICATION = "second-authentication"
    MODE = "mode"
    SELECTORS = "selectors"
    QUICK_MODE_SUITE = "quick-mode-suite"
    PFS = "pfs"
    LIFETIME = "lifetime"


class Answer(StrEnum):
    """How a stage ends. `depends`: on the peer's choice where the standards leave one."""

    AGREED = "agreed"
    DEPENDS = "depends"
    UNKNOWN = "unknown"
    FAILS = "fails"


class Kind(StrEnum):
    """The particular fault of a stage that can fail in several ways, which each side sees differently."""

    ADDRESS = "address"
    KEY = "key"
    METHOD = "method"
    CONSTRAINT = "constraint"
    HASH = "hash"
    UNSUPPORTED = "unsupported"
    AUTHORITY = "authority"
    TOP = "top"
    IDENTITY = "identity"
    NAME = "name"
    VALIDITY = "validity"
    BUILD = "build"
    OUTBOUND = "outbound"
    PRF = "prf"
    GROUP = "group"
    HOSTS = "hosts"


class Difference(Struct, frozen=True):
    """One attribute with the values of both ends, initiator first, and their places."""

    attribute: str
    initiator: str
    responder: str
    initiator_span: Span | None
    responder_span: Span | None


class Result(Struct, frozen=True):
    """The result of one stage, with a sentence why. `outcomes` are the possible ones, in words, where it depends.

    `chosen` is what was agreed on. `at_renewal`: it comes when the keys are first renewed, not when the ends connect.
    """

    stage: Stage
    answer: Answer
    why: str
    basis: Basis
    chosen: str | None = None
    differences: tuple[Difference, ...] = ()
    outcomes: tuple[str, ...] = ()
    at_renewal: bool = False
    kind: Kind | None = None
