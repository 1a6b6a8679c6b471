"""Key modules: one row each, with its spelling in every tool."""

from __future__ import annotations

from ipseclint.vocabulary.rows import Row, RowValue


class KeyModuleRow(Row):
    """Each tool's word for a key module. netsh has none."""

    name: str
    powershell: str
    """`-KeyModule` of New-NetIPsecRule."""
    powershell_dos_protection: str
    """`-EnabledKeyingModules` of Set-NetIPsecDospSetting."""
    cim: int
    """The bit in KeyModule of MSFT_NetConSecRule."""
    cim_dos_protection: int
    """The bit in EnabledKeyingModules of MSFT_NetIPsecDoSPSetting, where 2 and 4 have swapped meanings."""
    registry: str
    """KeyMod of a rule (MS-GPFAS 2.2.6)."""
    wfp: str
    """IKEEXT_KEY_MODULE_TYPE (iketypes.h)."""
    wfp_key: str
    """The key of a keying policy (fwpmu.h, "Keying Module Identifiers")."""
    event: str
    """KeyModName of a security event (%%8222, %%8223, %%8244)."""


class KeyModule(RowValue):
    """A keying module of the IKE service."""

    row: KeyModuleRow

    IKEV1 = KeyModuleRow(
        name="IKEv1",
        powershell="IKEv1",
        powershell_dos_protection="IkeV1",
        cim=1,
        cim_dos_protection=1,
        registry="IkeV1",
        wfp="IKEEXT_KEY_MODULE_IKE",
        wfp_key="FWPM_KEYING_MODULE_IKE",
        event="IKEv1",
    )
    AUTHIP = KeyModuleRow(
        name="AuthIP",
        powershell="AuthIP",
        powershell_dos_protection="AuthIP",
        cim=2,
        cim_dos_protection=4,
        registry="AuthIP",
        wfp="IKEEXT_KEY_MODULE_AUTHIP",
        wfp_key="FWPM_KEYING_MODULE_AUTHIP",
        event="AuthIP",
    )
    IKEV2 = KeyModuleRow(
        name="IKEv2",
        powershell="IKEv2",
        powershell_dos_protection="IkeV2",
        cim=4,
        cim_dos_protection=2,
        registry="IkeV2",
        wfp="IKEEXT_KEY_MODULE_IKEV2",
        wfp_key="FWPM_KEYING_MODULE_IKEV2",
        event="IKEv2",
    )


STANDARDS = frozenset({KeyModule.IKEV1, KeyModule.IKEV2})
"""The standard ones, which not only Windows has (RFC 2409, RFC 7296)."""
