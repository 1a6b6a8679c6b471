"""Certificates that a script imports with Import-PfxCertificate, Import-Certificate or `certutil`."""

from __future__ import annotations

from ipseclint.formats.kit.imported_certificates import is_of_user, name_of, of_certutil
from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.values.value import Thing, Value, text_of

_STORES = {False: "Certificate::LocalMachine\\My", True: "Certificate::CurrentUser\\My"}


class CertificateImports:
    """Imports into the personal store of the computer or a user, in order."""

    def __init__(self) -> None:
        self.made: list[Thing] = []

    def cmdlet(self, call: Call) -> bool:
        """`Import-PfxCertificate -FilePath ... -CertStoreLocation Cert:\\LocalMachine\\My`."""
        named, rest = parameters(call)
        places = iter(rest)
        file = given(named, "filepath") or next(places, None)
        store = given(named, "certstorelocation") or next(places, None)
        is_known = store is not None and not store.is_unknown
        of_user = is_of_user(text_of(store)) if store is not None and is_known else False  # it may be the computer's
        if file is None or of_user is None:
            return False
        self._add(call, file, of_user=of_user, has_key=call.name == "import-pfxcertificate")
        return True

    def certutil(self, call: Call) -> bool:
        """`certutil -user -importpfx FILE`."""
        words: list[tuple[str, Value | None]] = []
        for argument in call.arguments:
            if argument.name is not None:
                words.append((f"-{argument.name}", None))
            if argument.value is not None:
                words.append((text_of(argument.value), argument.value))
        imported = of_certutil([word for word, _ in words])
        file = None if imported is None else words[imported.file][1]
        if imported is None or file is None:
            return False
        self._add(call, file, of_user=imported.of_user, has_key=imported.has_key)
        return True

    def _add(self, call: Call, file: Value, *, of_user: bool, has_key: bool) -> None:
        name = "a certificate" if file.is_unknown else name_of(text_of(file))
        properties = {
            "subject": file._replace(data=name),
            "psparentpath": file._replace(data=_STORES[of_user]),
            "isimported": file._replace(data=True),
        }
        if has_key:
            properties["hasprivatekey"] = file._replace(data=True)
        self.made.append(Thing("x509certificate2", call.start, call.end, properties))
