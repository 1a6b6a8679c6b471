"""Details of a credential from the certificates that a peer names."""

from __future__ import annotations

from collections.abc import Sequence

from ipseclint.formats.kit.x509 import certificate_days, certificate_signing
from ipseclint.model.peer import Credential
from ipseclint.vocabulary.authentication import AuthMethod


def with_certificates(credential: Credential, certificates: Sequence[bytes | None]) -> Credential:
    """A credential with the key types of its certificates (DER), and the validity of the one that expires last.

    A key type that is written stays; types, or validity, are added only if every certificate has them and was read.
    """
    if credential.method is not AuthMethod.COMPUTER_CERTIFICATE or not certificates:
        return credential
    days = [None if each is None else certificate_days(each) for each in certificates]
    signings = [None if each is None else certificate_signing(each) for each in certificates]
    update: dict[str, object] = {}
    if None not in days:
        update["days"] = max(filter(None, days), key=lambda span: span[1])
    if None not in signings and not credential.signings:
        update["signings"] = frozenset(signings)
    return credential.model_copy(update=update)
