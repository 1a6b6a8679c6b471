"""A policy told once, in the words of `netsh advfirewall`, to be written in every format."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_MAIN_MODE = "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE1}"


def identity(kind: int, number: int) -> str:
    """An id that is always the same for the same object."""
    return f"{{7A11C0DE-0000-4000-8{kind:03d}-{number:012d}}}"


@dataclass(frozen=True)
class MainProposal:
    """Key exchange, cipher and integrity of main mode: `dhgroup14`, `aes256`, `sha256`."""

    group: str
    cipher: str
    integrity: str


@dataclass(frozen=True)
class MainMode:
    """What main mode offers, how long it holds, and for how many quick modes; 0 is no limit."""

    proposals: tuple[MainProposal, ...]
    minutes: int = 480
    sessions: int = 0
    force_dh: bool = False


@dataclass(frozen=True)
class QuickProposal:
    """ESP with integrity and cipher, and its lifetimes."""

    integrity: str
    cipher: str
    minutes: int = 60
    kilobytes: int = 100_000


@dataclass(frozen=True)
class Method:
    """A way to authenticate: `computerkerb`, `computerpsk` with its key, `computercert` with its authority."""

    name: str
    key: str = ""
    authority: str = ""


@dataclass(frozen=True)
class Tunnel:
    """The ends of a tunnel."""

    local: str
    remote: str


@dataclass(frozen=True)
class Rule:
    """A connection security rule; one with the action `noauthentication` has no sets."""

    name: str
    action: str
    local: str = "any"
    remote: str = "any"
    profiles: tuple[str, ...] = ()
    first: tuple[Method, ...] = ()
    second: tuple[Method, ...] = ()
    quick: tuple[QuickProposal, ...] = ()
    pfs: str = "none"
    tunnel: Tunnel | None = None


@dataclass(frozen=True)
class MainRule:
    """A main-mode rule."""

    name: str
    remote: str
    first: tuple[Method, ...]
    main_mode: MainMode


@dataclass(frozen=True)
class Told:
    """A whole policy."""

    rules: tuple[Rule, ...]
    main_rules: tuple[MainRule, ...] = ()
    main_mode: MainMode | None = None
    idle_minutes: int = 5
    exemptions: tuple[str, ...] = ("neighbordiscovery", "dhcp")
    crl: int = 0
    nat: str = "never"
