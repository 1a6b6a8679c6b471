"""Certificates of a machine's own store and of users, with what IKE chooses them by; never a key."""

from datetime import date
from typing import ClassVar

from ipseclint.model.dialect import Dialect
from ipseclint.model.setting import Setting
from ipseclint.model.values import Validated
from ipseclint.source import Span


class Certificate(Validated):
    """One certificate. `name` is its subject, `id` its thumbprint; `names` are the DNS names and addresses it is for.

    `ekus` are usages as dotted numbers; an empty tuple is a certificate for every usage. None: the input does not say.
    `of_user`: it is in the store of a user, where IKE looks for no certificate of the machine. `is_imported`: a script
    puts it there, beside others that the store may hold.
    """

    kind: ClassVar[str] = "certificate"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.VPN
    names: Setting[tuple[str, ...]] | None = None
    ekus: Setting[tuple[str, ...]] | None = None
    issuer: Setting[str] | None = None
    not_before: Setting[date] | None = None
    not_after: Setting[date] | None = None
    has_private_key: Setting[bool] | None = None
    of_user: bool = False
    is_imported: bool = False


class EmptyStore(Validated):
    """A store of certificates that is shown to hold none: the computer's own, or that of a user."""

    span: Span
    of_user: bool = False
