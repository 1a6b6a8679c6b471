"""Keys and passwords that commands of Windows are given by options of their own, or as one of their words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ipseclint import secrets
from ipseclint.secrets.names import may_give_to_commands
from ipseclint.secrets.programs import PROGRAMS
from tests.cases import cases
from tests.test_growth import LINEAR, exponent

KEY = "Sommerregenbogen"
GIVEN = r"""
netsh -u dom\admin -p {} -r s1 ipsec static show all
netsh.exe /r s1 /u "dom\admin" /p "{}" advfirewall reset
mysqldump -uroot --p{} ipsec
run("+net user svc {} /add")
New-Object Net.NetworkCredential('admin' '{}')
psexec \\s1 -u admin -p {} netsh advfirewall reset
"C:\Tools\PsExec64.exe" \\s1 -u admin -p "{}" cmd
Start-Process psexec -ArgumentList '\\s1','-u','a','-p','{}','netsh'
Start-Process psexec -ArgumentList '\\s1 -u a -p {} netsh advfirewall reset'
winrs -r:s1 -u:admin -p:"{}" netsh advfirewall reset
schtasks /create /tn x /ru a /rp {} /tr "netsh advfirewall reset"
plink -pw {} root@gate ipsec status
certutil -f -p {} -importpfx ipsec.pfx
cmdkey /add:s1 /user:a /pass:{}
net use x: \\s1\share /user:a {}
@net user ipsec {} /add
rasdial "My VPN" user {} /phonebook:x.pbk
rasdial failed error {}
rasdial 'My VPN' 'us er' '{}'
net user ipsec '{}' /add
net user ipsec {} more words /add
net use x: \\s1\share {} more words
net use 'x:' '\\s1\share' '{}' '/user:a'
net user o'neil {} /add
ipseccmd -f 0=* -a KERBEROS P:"{}" -x
ipseccmd -f 0=* -a P{} -w REG
ipseccmd -f 0=* -a "PRESHARE{}" -x
ipseccmd -f 0=* -a kerberos preshare "{}"
ipsecpol -f 0=* -a p={}
call rasdial VPN {}
net rpc user --U a%{} -S s1
net user svc;{} /add
$s = ConvertTo-SecureString -AsPlainText -Force -String "{}"
$s = ConvertTo-SecureString {} -AsPlainText -Force
'{}' | ConvertTo-SecureString -AsPlainText -Force
[Net.NetworkCredential]::new('', '{}').Password
cscript ipsec.vbs /key:{} /x
& .\ipsec.ps1 -Name v -Key '{}'
C:\Windows\System32\rasdial.exe VPN user {} /domain:d
cmd /c rasdial VPN user {}
call rasdial VPN user {}
if errorlevel 1 rasdial VPN user {}
if not exist x: net use x: \\s1\share {} /user:a
2026-01-01 INFO Executing: net use x: \\s1\share {} /user:a
[12:00] net.exe user ipsec {} /add
& 'rasdial' VPN user {}
Start-Process rasdial -ArgumentList "VPN","user","{}"
Start-Process rasdial 'VPN user {}'
schtasks /change /tn x /RP:{}
netdom join s1 /domain:d /pd:{}
dsadd user x -pwd {} -disabled no
signtool sign /f a.pfx /p {} ipsec.ps1
sqlcmd -S s1 -U a -P {}
sshpass -p '{}' ssh gate ipsec status
az login -u a -p {}
curl -u admin:{} https://gate/
curl --user "admin:{}" https://gate/
curl -sku admin:{} https://gate/
openssl pkcs12 -in a.pfx -passin pass:{} -nodes
openssl genrsa -passout 'pass:{}'
[X509Certificate2]::new('a.pfx', '{}')
$certificate.Import("a.pfx","{}","Exportable")
vpncmd /SERVER s1 /PASSWORD:{} /CMD list
IPsecEnable /L2TP:yes /PSK:{} /DEFAULTHUB:x
Server=s1;Uid=a;Pwd='{}';
mysql -u root -p{} ipsec
mysqldump -uroot -p'{}' ipsec
ldapsearch -x -D cn=a -w {} -b dc=x
ldapadd -D cn=x -w{} -f x
smbclient //s1/share -U a%{} -c ls
rpcclient -U 'D\a%{}' s1
net rpc user -U a%{} -S s1
winexe --user=D/a%{} //s1 'netsh x'
wmic -UD/a%{} //s1 x
lftp -u a,{} s1
sqlcmd -U a -P{} -Q x
osql -U a -P "{}" -Q x
7z a -p{} a.7z b
7z.exe x -p"{}" a.7z
rar a -hp{} a.rar b
unzip -P {} a.zip
zip -rP {} a.zip b
zip -q -r9P "{}" a.zip b
bcp t in f -Usa -P{}
snmpget -v2c -c{} s1
keytool -storepass {} -list
openssl enc -aes-256-cbc -k {} -in a
snmpwalk -v 2c -c {} s1
ipmitool -U a -P {} -H s1 power status
manage-bde -unlock c: -rp {}
mount.exe -u:a -p:{} \\s1\share z:
winrm get x -u:a -p:"{}" -r:s1
netdom add s1 /pd:"{}" /d:d
autologon a d {}
autologon.exe a d '{}'
echo {}|runas /user:a cmd
(echo {})| ftp s1
echo {} | sudo -S ipsec restart
echo user a {}>> ftp.txt& ftp -s:ftp.txt
mount -o user=a,pass={}
smbclient //s1/share {} -U a
sqlplus a/{}@ipsec
sqlplus -s "a/{}@ipsec" @x.sql
vault login {}
vault login -no-print token={}
winscp.com /command "open a:{}@s1" exit
nircmd runas a {} netsh advfirewall reset
bitsadmin /setcredentials job SERVER BASIC a {}
cpau -u a -p {} -ex netsh
setx VPN_PSK {}
setx.exe /m VPN_PASSWORD "{}"
ktpass /princ x /pass {} /out a
Connect-Vpn -Name a -Pass {}
security add-generic-password -a a -s s -w {}
vpnclient connect x user a pwd {}
echo {} | wg pubkey
az keyvault secret set --name a --value "{}" --vault-name v
aws ssm put-parameter --name a --value {} --type SecureString
reg add HKLM\x /v PSK /d {}
[root@s1]# net use \\s1\share {}
1. rasdial VPN user {}
code `rasdial VPN user {}` is code
$s = ConvertTo-SecureString -AsPlainText:$true -String '{}' -Force
$s = '{}'  ConvertTo-SecureString -AsPlainText -Force
$s = {}' | ConvertTo-SecureString -AsPlainText -Force
[pscredential]::new('admin', (ConvertTo-SecureString' '{}' -AsPlainText -Force))
2026-03-04 10:11:01 net user svc '{}' /add
10:11:02.120Z net use x: \\s1\share {}
run.cmd:12:net user svc {} /add
  12  net user svc {} /add
+net user svc {} /add
netsh wlan set hostednetwork mode=allow ssid=x key={}
ansible-vault encrypt_string '{}' --name of-berlin
- rasdial VPN user {}
netdom add s1 /pd: "{}" /d:d
netsh --p {} -r s1 advfirewall reset
$certificate.Import(""a.pfx"",""{}"",""Exportable"")
winexe ––user=D/a%{} //s1 'netsh x'
psexec \\s1 -u admin -p “{}” cmd
netsh –u dom\admin –p {} –r s1 ipsec static show all
x.exe –pass {} –y
""".strip().split("\n")
NOT_GIVEN = r"""
netsh -r s1 -u admin -p * advfirewall reset
psexec -s \\s1 netsh advfirewall reset
the .net user guide describes it
certutil -store my
schtasks /create /tn IPsec /tr "netsh advfirewall reset" /sc daily
net use x: \\s1\share
net user ipsec /add
net user ipsec ""
rasdial VPN /disconnect
ipseccmd -w REG -p Policy:30 -r Rule -f 0=* -n BLOCK -x
$s = Read-Host -AsSecureString; ConvertTo-SecureString $s -AsPlainText
.\write.ps1 -Key 'HKLM\Software'
Note: net use is deprecated
Tip: rasdial connects a VPN
"RasDial callback: error 13801, IKE authentication credentials are unacceptable."
RasDial failed with error 809: no answer
if you want, net use takes the share
see C:\Windows\rasdial.exe VPN
Start-Process rasdial VPN
curl -u admin https://gate/
curl -sk https://gate:8443/
zip -rp.zip a b
az login --identity
PASS: the tests of netdom
openssl pkcs12 -in a.pfx, 'b'
cd %pwd%
PWD=/home/a
pwd: ~/ipsec
passwd: files systemd
mysql -u root -p ipsec
mysqldump -u root ipsec > passage.sql
ldapsearch -x -W -b dc=x
smbclient //s1/share -U admin
net rpc user -S s1
7z a ipsec.7z profile
rar a ipsec.rar policies
mount -t cifs //s1/share /mnt
echo nothing | tee runas.txt
echo Y | net use
echo user guide > ftp
manage-bde -status c:
wmic useraccount get name
openssl x509 -in a.pem -noout
smbclient //s1/share is a client
smbclient -L s1 -N
sqlplus / as sysdba
sqlplus a@ipsec @scripts/all.sql
vault login -method=ldap username=administrator
vault login takes it
winscp.com /command "open a@s1" exit
nircmd sendkey ctrl+s press
bitsadmin /transfer job https://s1/a.cmd a.cmd
cpau -u a -ex netsh
setx PATH x
setx VPN_SERVER x
ktpass /princ x +rndpass -pass -out a
az keyvault secret set --name a --value $value
aws ssm get-parameter --name a
reg add HKLM\x /v Name /d x
`rasdial` takes a name of a user and more
# net use is deprecated
$s = Get-Text; ConvertTo-SecureString $s -AsPlainText
wg show wg0
printf '%s' x | tee y
10:11:01 the net user is told to do so
12: net use is a command
- net use can take a share
lftp -u user gate
curl -u admin https://gate/
curl -u $USER https://gate/
winrs -p: -r:gate cmd
plink -ssh admin@gate -pw | more
security find-certificate -a
""".strip().split("\n")


@cases("command", GIVEN)
def test_what_a_command_is_given_is_masked_and_nothing_beside_it(command: str) -> None:
    text = command.format(KEY)
    places, texts = secrets.keys_in(f"echo\n{text}\necho")
    assert [text[begin - 5 : end - 5] for begin, end in places] == [KEY]
    assert texts == {KEY}


@cases("sign", ["^", ",", ";", "!"])
def test_a_word_in_the_place_of_a_user_and_a_password_is_masked_whole(sign: str) -> None:
    text = f"call rasdial VPN Wintergarten{sign}{KEY}"
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == [f"Wintergarten{sign}{KEY}"]


@cases("command", NOT_GIVEN)
def test_a_command_that_is_given_none_is_shown_whole(command: str) -> None:
    assert secrets.keys_in(command) == ([], set())


@cases("command", ['net use "', 'net user ipsec "', 'rasdial "'])
def test_a_text_may_end_behind_a_quotation_mark(command: str) -> None:
    assert secrets.keys_in(command) == ([], set())


@cases("command", ['net use \\\\s1\\c "{}', 'rasdial VPN user "{}', "net user ipsec '{}"])
@cases("behind", ["", "\necho done"])
def test_a_quotation_that_nothing_ends_is_masked_to_the_end_of_its_line(command: str, behind: str) -> None:
    text = command.format("two words")
    assert [(text + behind)[begin:end] for begin, end in secrets.keys_in(text + behind)[0]] == ["two words"]


@cases(
    "text",
    [
        "wg set wg0 private-key <(echo {})",
        "printf '%s' {} | openconnect x",
        "$s = '{}'; ConvertTo-SecureString $s -AsPlainText",
        '$s = "{}"\n$s | ConvertTo-SecureString -AsPlainText',
        "$p = '{}'\nConvertTo-SecureString -String $p -AsPlainText",
    ],
)
def test_it_may_stand_in_what_is_given(text: str) -> None:
    assert KEY not in _masked(text.format(KEY))
    assert KEY in secrets.keys_in(text.format(KEY))[1]


@cases(
    "text",
    [
        "psexec \\\\s1 -u admin -p\n{} cmd",
        "> netsh -r s1 -u admin -p\n> {} advfirewall reset",
        'netsh -r s1 -u\n"dom\\admin" /p {} advfirewall reset',
        "psexec \\\\s1 -u\nd\\admin -p {} cmd",
        "psexec \\\\s1 -u \nadmin -p {} cmd",
        "schtasks /create /ru\n> admin /rp {} /tn x",
        "mysql \n\n-u root -p{} ipsec",
        "psexec \\\\s1 -u admin -p\n\n{} cmd",
        "bitsadmin /setcredentials; job SERVER BASIC a {}",
        "2026-03-04T10:11:01.120Z INFO -psexec \\\\s1 -u admin -p {} cmd",
        "> -psexec \\\\s1 -u admin -p {} cmd",
        "(cd /x; mysql)-u root -p{} ipsec",
        "`sshpass`-p {} ssh gate",
        "ConvertTo\u2010SecureString '{}' \u2010AsPlainText",
        "winexe --user = D/a%{} //s1 x",
        "diff a b\n-psexec \\\\s1 -u admin -p {} cmd",
        "-mysqldump -uroot -p'{}' ipsec",
        "> winexe\n> -UD/a%{} //s1 x",
        "net user svc\n{} /add",
        "net\nuser svc {} /add",
        "net use x: \\\\s1\\share\n  {} /persistent:no",
        "curl -k -u\nadmin:{} https://gate/",
        "Start-Process psexec -ArgumentList '\\\\s1',\n'-u','a','-p','{}','cmd'",
        'run("$c.Import(\\"a.pfx\\",\\"{}\\",\\"Exportable\\")")',
        'run("winscp.com /command \\"open a:{}@s1\\" exit")',
        "sqlplus \n> -s a/{}@ipsec @x.sql",
        "    run.cmd:12:net user svc {} /add netsh ipsec static",
        "run.cmd  :  12:net user svc {} /add",
        '{{"script": "  12  net user svc {} /add"}}',
        "Mar  4 10:11:01 gw app[7]:    1  net user svc {} /add",
        "winrs -r:h -u:admin -p : {} cmd",
        "mysqldump -uroot=-p'{}' ipsec",
        "smbclient //s1/share -U; a%{} -c ls",
        "curl -u admin\0{} https://gate/",
        "rar\0a -hp{} a.rar b",
        "winexe --user=\n  D/a%{} //s1 x",
        "nircmd runas a({} netsh advfirewall reset",
        "plink -ssh admin@gate -pw|{} show",
        "echo}} {} | sudo -S ls",
        "echo {} | sudo \u2013S ls",
        "echo {} | wg pubkeynetsh ipsec static add policy name=p",
        "<p>$c.Import(&quot;&quot;a.pfx&quot;&quot;,&quot;&quot;{}&quot;&quot;)</p>",
    ],
)
def test_it_is_one_where_the_line_of_its_command_is_broken_or_escaped(text: str) -> None:
    assert _masked(text.format(KEY)) == text.format("")


@cases("command", ["lftp -u {} gate", "lftp -u{} gate", "curl -k --user {} https://gate/"])
def test_a_user_without_a_sign_that_looks_like_a_key_may_have_one_behind_it(command: str) -> None:
    assert "aKan4rie7Q9zX" not in _masked(command.format("aKan4rie7Q9zX"))


@cases(
    "text",
    [
        "psexec \\\\s1 -s\nssh -p 22 gate",
        "certutil -f\necho -p x",
        "cmdkey /list\n/pass is an option",
        "net user\nfind /y",
    ],
)
def test_a_command_below_is_none_of_it(text: str) -> None:
    assert secrets.keys_in(text) == ([], set())


def test_a_key_of_a_script_may_have_a_backslash_and_a_key_of_the_registry_is_none() -> None:
    assert [*secrets.keys_in(r"cscript a.vbs /key:Sommer\regen /x")[0]] == [(19, 31)]
    for path in (r"hklm\x", r"software\x", r"registry::hkey_users\x", r"policies\microsoft\ipsec"):
        assert secrets.keys_in(rf"write.ps1 -key '{path}' -x") == ([], set())


def test_a_password_of_two_words_ends_before_the_next_setting() -> None:
    text = '"Server=s1;Password=two words;Encrypt=true"'
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == ["two words"]


@cases("command", ['psk "{}"', "-SharedSecret '{}' -Force"])
def test_a_quoted_key_is_masked_without_its_quotation_marks(command: str) -> None:
    text = command.format("two words")
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == ["two words"]


@cases("command", ['ipseccmd -f 0=* -a PRESHARE:"{}"', "netsh -r s1 -p {} advfirewall reset", "cscript a.vbs /key:{}"])
def test_commands_on_one_line_are_looked_through_once_each(command: str) -> None:
    def make(number: int) -> Callable[[], object]:
        return partial(secrets.keys_in, " ".join([command.format(KEY)] * number))

    assert exponent(make, (4, 8, 16)) <= LINEAR


def test_a_command_may_stand_behind_the_option_of_another_on_its_line() -> None:
    for text in ("netsh -r s1 -p netsh -p {}", "netsh -p {} x netsh.exe -p {}", "a.vbs /key {} b.vbs /key {}"):
        assert KEY in secrets.keys_in(text.format(KEY, KEY))[1]
        assert KEY not in _masked(text.format(KEY, KEY))


def _masked(text: str) -> str:
    for begin, end in reversed(secrets.keys_in(text)[0]):
        text = text[:begin] + text[end:]
    return text


def test_each_command_of_a_script_gives_its_own() -> None:
    keys = [f"Sommer{number}regen{number}bogen" for number in range(2 * len(GIVEN))]
    text = "\n".join(command.format(key) for command, key in zip([*GIVEN, *reversed(GIVEN)], keys, strict=True))
    places, texts = secrets.keys_in(text)
    assert [text[begin:end] for begin, end in places] == keys
    assert texts == set(keys)


SHORT = r"""
New-NetIPsecAuthProposal -Machine -Pre {} -X 1
New-NetIPsecAuthProposal -Machine -p:'{}' -X 1
Add-VpnConnection -Name a -L2 {} -Force
Add-VpnConnection -Name a -Pres "{}" -Force
Set-VpnS2SInterface -Name a -Sha '{}' -Force
Set-AzVirtualNetworkGatewayConnectionSharedKey -Name a -Value '{}' -Force
az network vpn-connection shared-key update -g g --value {} --x
az network vpn-connection shared-key update -g g --value="{}" --x
Start-Process rasdial 'VPN user {}'; exit
Start-Process rasdial 'V 1','user','{}'
""".strip().split("\n")


@cases("command", SHORT)
def test_a_parameter_may_be_as_short_as_powershell_takes_it(command: str) -> None:
    text = command.format(KEY)
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == [KEY]


def test_it_may_stand_on_the_next_line() -> None:
    assert _masked(f"New-NetIPsecAuthProposal `\n  -Pres '{KEY}' `\n  -X") == (
        "New-NetIPsecAuthProposal `\n  -Pres '' `\n  -X"
    )


@cases(
    "command",
    [
        "New-NetIPsecAuthProposal -Machine -Proxy x -P -Pro y",
        "New-NetIPsecAuthProposal -Machine; other -p x",
        "Add-VpnConnection -Name a -PassThru -P x",
        "Add-VpnConnectionRoute -Name a -Pref x",
    ],
)
def test_another_parameter_gives_none(command: str) -> None:
    assert secrets.keys_in(command) == ([], set())


def test_each_program_takes_a_password_and_has_a_sign_in_its_texts() -> None:
    for name, program in PROGRAMS.items():
        assert program.hint or may_give_to_commands(f"{name} x".encode()), name
        options = (*program.behind, *program.directly, *(f"{option} user{program.sign}" for option in program.of_user))
        glued = not (options or program.form)
        for text in (f"{name} {option}{'' if option in program.directly else ' '}" for option in options):
            assert KEY in _given(text.replace(f"{program.sign} ", program.sign)), text
        assert not glued or KEY in _given(f"{name} x {'p' if name.startswith('ipsec') else '-password'}:"), name


def _given(text: str) -> list[str]:
    text = f"echo\n{text}{KEY} -x {KEY[::-1]} -p x\n"
    return [text[begin:end] for begin, end in secrets.keys_in(text)[0]]


@cases("command", ["signtool sign /f a.pfx /p {} x", "winrs -r:h -u:admin -p:{} cmd"])
@cases("key", ["*Sommer", "-Sommer", "/Sommer"])
def test_a_key_may_begin_like_an_option_behind_a_colon_and_with_a_star(command: str, key: str) -> None:
    is_one = ":{}" in command or key.startswith("*")
    text = command.format(key)
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == [key] * is_one


@cases(
    "text",
    [
        "openssl pkcs12 -in a.pfx -passin passKuckucksuhr -nodes",
        "openssl pkcs12 -in a.pfx -passin pass\0:Kuckucksuhr -nodes",
        "openssl pkcs12 \u2013passin pass:Kuckucksuhr",
        "winrs -r:srv01 -u:admin -pKuckucksuhr netsh advfirewall show global",
        "sqlplus} a/Kuckucksuhr@ipsec",
        'rasdial "My VPN alice Kuckucksuhr /domain:x',
        '""C:\\Windows\\System32\\rasdial.exe"" VPN alice Kuckucksuhr',
        "ipseccmd -f 0+* -a PRESHARE\n:Kuckucksuhr",
        "ipseccmd -f 0+* -a PPf\nKuckucksuhr",
        "psexec \\\\a -u b -p Ku\u2028Kuckucksuhr netsh",
        "IPSec secret Kuckucksuhr\n",
        "Xauth password Kuckucksuhr\n",
        "+snmp-server community Kuckucksuhr RO\n",
        "$MACHINE.ACC: Kuckucksuhr\n",
        '* * "Kuckucksuhr" *\n',
        '{"script": "alice l2tpd \\"Kuckucksuhr\\" *\\nbob"}',
        '$c.Import("C:\\a.pfx", Kuckucksuhr", "Exportable")\n',
        "what is the psk for office?\n[10:02] bob: Kuckucksuhr\n",
        "whats the pre-shared key?\nbob 10:02\nKuckucksuhr\n",
    ],
)
def test_a_key_whose_sign_or_quotation_mark_is_lost_is_masked(text: str) -> None:
    at = text.index("Kuckucksuhr")
    assert any(begin <= at and at + 11 <= end for begin, end in secrets.keys_in(text)[0])


@cases(
    "text",
    [
        '{"msg": "RasDial callback: connected to Office, device ready"}',
        "openssl pkcs12 -passin file:Kuckucksuhr.txt",
        "winrs -r:srv01 -persistent Kuckucksuhr",
        "the IPsec secret of the Kuckucksuhr\n",
        "is the psk for office set?\nyes\n",
    ],
)
def test_words_beside_such_a_sign_are_shown(text: str) -> None:
    assert secrets.keys_in(text) == ([], set())


@cases(
    "text",
    [
        "rasdial VPN\nalice {}\n",
        'rasdial "Corp VPN"\n  corp\\alice {} /domain:d\nnext\n',
        "> rasdial VPN\n> alice {}\n",
        "rasdial VPN ^\nalice {}\n",
        "rasdial VPN alice ^\n  {}\n",
        "net `\nuser svc {} /add\n",
        "netdom trust a /d:b /pt:{} /add\n",
    ],
)
def test_a_password_below_a_broken_command_is_found(text: str) -> None:
    written = text.format("Hunter2dogs")
    assert [written[begin:end] for begin, end in secrets.keys_in(written)[0]] == ["Hunter2dogs"]


@cases(
    "below",
    ["exit 0", "echo Hunter2dogs", "ping gw1.example.org", "then restart", "alice * /domain:d", "one two three4five"],
)
def test_another_line_below_one_is_shown(below: str) -> None:
    assert secrets.keys_in(f"rasdial VPN\n{below}\n") == ([], set())
