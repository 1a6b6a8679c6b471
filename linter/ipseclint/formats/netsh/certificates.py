"""The replay of `certutil` imports into the personal store of the computer or a user."""

from __future__ import annotations

from ipseclint.formats.kit.imported_certificates import name_of, of_certutil
from ipseclint.formats.netsh.command import Command
from ipseclint.model.certificates import Certificate
from ipseclint.model.policy import Policy
from ipseclint.model.setting import Setting


class CertificateReplay:
    """Carries out imports, and gives the certificates."""

    def __init__(self) -> None:
        self._made: list[Certificate] = []

    def apply(self, command: Command) -> None:
        """Carry out one command."""
        imported = of_certutil([word.text for word in command.words])
        if imported is None:
            return
        file = command.words[imported.file]
        self._made.append(
            Certificate(
                name=name_of(file.text),
                span=file.span,
                has_private_key=Setting(value=True, span=file.span) if imported.has_key else None,
                of_user=imported.of_user,
                is_imported=True,
            )
        )

    def finish(self) -> Policy:
        """The certificates."""
        return Policy(certificates=tuple(self._made))
