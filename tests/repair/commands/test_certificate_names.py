"""The part of a certificate's name that criteria compare, in the words of PowerShell."""

from __future__ import annotations

import pytest

from ipseclint.model.policy import AuthenticationMethod, AuthMethod, CertificateCriteria
from ipseclint.model.setting import Setting
from ipseclint.repair.commands.arguments import Unwritable
from ipseclint.repair.commands.powershell_values import authentication_proposals
from ipseclint.source import Span

PLACE = Span("made", 1, 1)


def written(name_type: str | None) -> str | Unwritable:
    criteria = CertificateCriteria(
        span=PLACE, selection=False, validation=True, name="hosts.example", name_type=name_type
    )
    method = AuthenticationMethod(
        span=PLACE, method=Setting(AuthMethod.COMPUTER_CERTIFICATE, PLACE), criteria=(criteria,)
    )
    return authentication_proposals((method,))


@pytest.mark.parametrize(
    ("name_type", "word"),
    [
        ("DNS", "DomainName"),
        ("dns", "DomainName"),  # as a script of netsh may have it
        ("UPN", "UserPrincipalName"),
        ("RFC822", "EmailAddress"),
        ("CN", "CN"),
        ("OU", "OU"),
        ("O", "O"),
        ("DC", "DC"),
        (None, "None"),
    ],
)
def test_the_cmdlet_has_its_own_word_for_a_part_of_a_name(name_type: str | None, word: str) -> None:
    assert written(name_type) == (
        "(New-NetIPsecAuthProposal -Machine -Cert -ValidationCriteria "
        f"-SubjectName 'hosts.example' -SubjectNameType {word})"
    )


def test_a_part_that_was_not_understood_is_not_written() -> None:
    assert written("serial") == Unwritable("the type of a name was not understood")
