"""Programs that are given passwords, and how: one row each, from which their signs in a text follow, too.

The options and positions are from Microsoft's pages on `netsh`, `schtasks`, `winrs`, `certutil`, `cmdkey`, `netdom`,
`dsadd`, `setx`, `signtool`, `sqlcmd`, `bcp`, `manage-bde`, `mount`, `bitsadmin` and PsExec, and from the manuals of
PuTTY, curl, OpenSSL, sshpass, MySQL, OpenLDAP, Samba, Net-SNMP, IPMItool, 7-Zip, RAR, Info-ZIP, LFTP, NcFTP, keytool,
FreeRDP, rdesktop, WinSCP, NirCmd, CPAU, Vault, Ansible, SQL*Plus, WireGuard, Cisco's client and macOS.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Program(NamedTuple):
    """How a program takes a password: by options, whose case is not looked at, or in a place of its own.

    The password is the next word behind an option of `behind`, the rest of a word that begins with one of `directly`,
    or stands behind the user and a `sign` where an option is one of `of_user`, alone or as the last of several letters.
    `form` is an expression for what stands
    behind the name, with the password as its group, `hint` one for what is in each text with a password for it, by
    default the name.
    """

    behind: tuple[str, ...] = ()
    directly: tuple[str, ...] = ()
    of_user: tuple[str, ...] = ()
    sign: str = ":"
    form: str = ""
    hint: str = ""


_PASSWORD = Program(behind=("-p",))
_WINDOWS = Program(behind=("-p", "/p"))
_PUTTY = Program(behind=("-pw",))
_DIRECTORY = Program(behind=("-pwd",))
_LDAP = Program(behind=("-w",), directly=("-w",))
_SNMP = Program(behind=("-c", "-a", "-x"), directly=("-c",))
_MYSQL = Program(directly=("-p",))
_SQL = Program(behind=("-p",), directly=("-p",))
_ZIP = Program(
    behind=("-p",),
    form=r"(?:[ \t]+[^\s]{1,200}){0,20}?[ \t]+-[a-z0-9]{1,8}p[ \t]+[\"']?([^\s\"']+)",
    hint="zip(?:[.]exe)? .*-[a-z0-9]*p ",
)
_SEVEN_ZIP = Program(directly=("-p",), hint="7za?(?:[.]exe)? ")
_SAMBA = Program(of_user=("-u", "--user"), sign="%")
_COLON = Program()  # an option takes a password behind a colon
_IPSECCMD = Program(
    form=r"[^\n&|]{0,500}?[ \t][-/]a"
    r"(?:[ \t]{1,8}[\"']?(?:k(?:erberos)?|c(?:ert)?(?::\"[^\"\n]{0,200}\"?|:[^\s]{1,200})?)[\"']?)?"
    r"[ \t;,^`(){}\[\]=<>]{1,8}[\"']?p(?:reshared?(?:key)?)?+"
    r"(?:\w{0,2}[ \t^`]{0,4}\n[> \t]{0,8}:?(?=[^\s]{3,256}(?:[ \t]+[-/]|[ \t]*(?:\n|\Z))))?[ \t\"'=;,.]{0,4}"
    r"([^\s:\"'/-][^\s:\"']{2,255})(?=[\s\"']|\Z)",
)  # beside what it takes as the others do: a key whose colon is lost
_BITS = Program(
    form=r"[ \t]+/setcredentials[^\w\s]?[ \t]+[^\s]+[ \t]+(?:server|proxy)(?:[ \t]+[^\s]+){2}[ \t]+([^\s]+)"
)
_NIRCMD = Program(form=r"[ \t]+runas[ \t]+(?:[\w.@\\-]+[^\w.@\\-]+|[^\s]+[ \t]+[\"']?)([^\s\"']+)")
_SQLPLUS = Program(
    form=r"(?:[ \t]+|[ \t]{0,8}\n[> \t]{0,8})(?:-[^\s]+[ \t]+)*[\"']{0,2}[\w.$]{1,64}/([^\s@\"']+)",
    hint="sqlplus[^ ]? .*/",
)
_SETX = Program(
    form=r"[ \t]+(?:/m[ \t]+)?[\"']?\w{0,60}(?:psk|secret|pass|pwd|key|token)\w{0,20}[\"']?[ \t]+"
    r"(?:\"([^\"\n]+)|([^\s\"]+))",
    hint="setx(?:[.]exe)? ",
)

PROGRAMS: Mapping[str, Program] = {
    **dict.fromkeys(("psexec", "psexec64", "paexec", "certutil", "signtool"), _WINDOWS),
    "netsh": _WINDOWS._replace(hint="netsh(?:[.]exe)? +[/\\x7f-]"),
    **dict.fromkeys(("plink", "pscp", "psftp"), _PUTTY),
    **dict.fromkeys(("dsadd", "dsmod"), _DIRECTORY),
    **dict.fromkeys(("ipmitool", "racadm", "rdesktop", "evil-winrm", "ncftpput", "ncftpget", "cpau"), _PASSWORD),
    "bcp": _SQL._replace(hint="bcp(?:[.]exe)? "),
    "login": _PASSWORD._replace(hint="login .* -p "),
    **dict.fromkeys(("sqlcmd", "osql", "sshpass"), _SQL),
    "isql": _MYSQL,
    **dict.fromkeys(("zip", "unzip"), _ZIP),
    **dict.fromkeys(("7z", "7za"), _SEVEN_ZIP),
    "rar": Program(directly=("-hp", "-p"), hint="rar(?:[.]exe)? .*-"),
    **dict.fromkeys(("ldapsearch", "ldapmodify", "ldapadd", "ldapdelete"), _LDAP),
    **dict.fromkeys(("snmpwalk", "snmpget", "snmpset"), _SNMP),
    "schtasks": Program(behind=("-p", "/p", "-rp", "/rp")),
    "netdom": Program(behind=("/pd", "/po", "/ps", "/pt", "/passwordd", "/passwordo", "/passwordt")),
    "manage-bde": Program(behind=("-rp", "-recoverypassword", "-pw")),
    "keytool": Program(behind=("-storepass", "-keypass", "-srcstorepass", "-deststorepass")),
    "openssl": Program(behind=("-k",)),
    **dict.fromkeys(("mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb"), _MYSQL),
    "curl": Program(of_user=("-u", "--user", "--proxy-user")),
    "lftp": Program(of_user=("-u", "--user"), sign=","),
    **dict.fromkeys(("rpcclient", "smbget", "winexe", "wmic", "net rpc", "net ads"), _SAMBA),
    "smbclient": _SAMBA._replace(
        form=r"[ \t]+[\"']?(?://|\\\\)[^\s\"']+[\"']?[ \t]+([^\s;&|<>-]+)(?:[ \t]+-|[ \t]*(?:[\n;&|]|\Z))"
    ),
    **dict.fromkeys(("winrs", "winrm", "cmdkey", "xfreerdp"), _COLON),
    **dict.fromkeys(("ipseccmd", "ipsecpol"), _IPSECCMD),
    "mount": _COLON._replace(hint="mount(?:[.]exe)? .*-p:"),
    "sqlplus": _SQLPLUS,
    "vault login": Program(form=r"[ \t]+(?:-[^\s]+[ \t]+)*(?:token=)?([^\s=;&|\"']{8,})(?:[\s;&|\"']|\Z)"),
    "winscp": Program(form=r"[^\n]{0,80}?\bopen[ \t]+[^\s:@/]{1,64}:([^\s@]+)@", hint="winscp.*open "),
    **dict.fromkeys(("nircmd", "nircmdc"), _NIRCMD),
    "bitsadmin": _BITS,
    "security add-generic-password": Program(behind=("-w",)),
    "vpnclient connect": Program(form=r"[^\n]{0,200}?[ \t]pwd[ \t]+[\"']?([^\s\"']+)"),
    "setx": _SETX,
    "ansible-vault encrypt_string": Program(form=r"[ \t]+(?:-[^\s]+[ \t]+)*(?:\"([^\"\n]+)|'([^'\n]+))"),
    "wlan set hostednetwork": Program(form=r"[^\n]{0,200}?[ \t]key=(?:\"([^\"\n]+)|([^\s\"]+))"),
    "wg set": Program(form=r"[^\n]{0,80}?-key[ \t]+<\([ \t]*echo[ \t]+([^\s)]+)"),
}
SIGNS = tuple(dict.fromkeys(program.hint or name for name, program in PROGRAMS.items()))
"""Signs of these programs in a text, in which a run of blanks may be one blank or a line end."""
