"""What has the name of a key beside it and is none is shown: names, labels, types and paths."""

from __future__ import annotations

from ipseclint import secrets
from tests.cases import cases


@cases(
    "text",
    [
        "execute 'weak L2TP' do\n  key 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\RasMan'\n",
        "execute 'weak L2TP' do\n  key HKEY_LOCAL_MACHINE\\SYSTEM\n",
        "  local pre-shared key authentication:\n    id: a\n",
        '"firewallPreSharedKeyEncodingMethod": "utF8"\n',
        "$regKey = 'HKLM:\\SYSTEM'\n$RuleName = 'Web Servers'\n$Description = \"of IT\"\n$KeyModule = 'IKEv2'\n",
        "<presharedKeyAuthentication>\n</presharedKeyAuthentication>\n",
        '"sharedKey": {"type": "securestring"}\n',
        "secrets {\n}\n  secrets {\n",
        "# AU028 preshared-keys-differ\n[x](AU028-preshared-keys-differ.md)\n",
        "authentication, such as pre-shared key authentication, is provided by a rule\n",
        "with pre-shared keys (PSK) or a pre-shared key (IP), which\n",
        "the pre-shared key value must match\n",
        "secret:\n  secretName: of-berlin\n  optional: true\n",
        "psk:\n  enabled: true\n  name: of-berlin\npassword:\n  min_length: 12\n",
        "Authentication;PSK;AES256-SHA256;DH-Group14;28800s\n",
        "# see New-PreSharedKeyRule.ps1\nSet-PskTunnel -Name x\n",
        "  leftsubnet=10.x.23.0/24\n",
        "[preshared-key](AU001-preshared-key.md)\n",
        "param keyVaultSecretsUsers array\n<RADIUS_Shared_Secrets_Templates>\n",
        "https://github.com/allyshka x\n5vpskq5HxXLaftForn60oYX+9psk\n",
        "    [-SharedSecret <String>] [-VendorName <String>]\n",
        "x profile-psk > ikev2-vpn.mobileconfig\n",
        '"adminPassword": {"type": "securestring", "metadata": {"description": "The password"}}\n',
        '"adminPassword" :\n',
        "a username and password over the net\nset the admin password. You can\n",
        "Remove-Item x -Force -ea SilentlyContinue\n",
        "powershell -enc UwBvAG0AbQBlAHIAcgBlAGcAZQBuAA==\n",
        "  shared_key = local.key\n  shared_key = azurerm_key_vault_secret.x.value\n",
        '  shared_key = var.keys["a"]\n',
        'password: ${{ secrets.VPN }}\n"sharedKey": "[parameters(\'sharedKey\')]"\n',
        *(f'<settings pass="{phase}">\n' for phase in ("windowsPE", "specialize", "oobeSystem")),
        "1. To enable password expiration\n**Enable local admin password management**\n",
        "with username and password authentication.\n# Password policy\n",
        'tool --auth wpa-psk --creds\nx set -n "$name-secret" --value $v\n',
        "**&lt;Pre-Shared-Key&gt;** should be replaced by yours\n",
        "secret = https://example.org/secrets/of-this-vault\n",
        'password: {{ vpn_password }}\npsk: "{{ psk }}"\n',
        'secret_key = "<secret_key>"\nset psksecret <REPLACE_WITH_STRONG_PSK>\n',
        "psk=*****\nsecret = '...'\nshared_key = XXXXXXXX\n",
        "RANDOM_ROOT_PASSWORD: yes\ndisable_password = false\n-ChangePassword $true\n",
        "<Secret_Guid>{00000000-0000-0000-0000-000000000000}</Secret_Guid>",
        "$Password = Read-Host -AsSecureString\n",
        '<Radius_Secret><MinLength dt:dt="int">38</MinLength></Radius_Secret>',
        "<preSharedKey><ident>gate</ident><remote_ident>far</remote_ident><keyType>PSK</keyType></preSharedKey>",
        "Pin: SHA-256 match\npin = sha256\n",
        '<Auth_Secret name="Auth_Secret" dt:dt="string"></Auth_Secret>\n',
        'add rule name="PskRule1" policy=PskPolicy7 filterlist="PskList9"\n',
        '-DisplayName PskRule1 -Phase1AuthSet "PskSet7x9Q2k4z" -Group:PskGroup3\n',
        "DisplayName       : PskRule1\nInstanceID : PskSet7x9\n",
        '{"DisplayName": "PskRule1", "Name": "PskRule9x2"}\n<a:Name x="1">PskRule7x</a:Name>\n',
        'the file PSKrules2.txt has policy "SecretRoom7"\n',
        '"ipsec_key_exchange": "ikev2", "ike_key_lifetime": 3600, "psk_length": 20, "vpn_key_size": 256\n',
        "  [auth1psk=<string>]\n  the preshared key for rule X is not set\n",
        "secretName: vpn-psk\nthe key is Services\\PolicyAgent\n",
        *(f"Set-VpnConnection -Name x -L2tpPsk{sign}-Force -PassThru\n" for sign in (" ", "  ")),
        "Add-VpnS2SInterface x -SharedSecret -Protocol IKEv2\n",
        "Registry x {\n  ValueName = 'DisablePassword'\n  ValueType = 'DWord'\n  ValueData = '1'\n}\n",
        "\u201cPre-shared key\u201d: \u201cnone\u201d\n",
        "| id | name | x |\n|---|---|---|\n| AU001 | preshared-key | y |\n| AU002 | psk-with-ntlm | z |\n",
    ],
)
def test_what_is_no_key_is_masked_nowhere(text: str) -> None:
    assert secrets.keys_in(text) == ([], set())


@cases(
    "text",
    [
        "$token = Get-Token -Name 'Office'\nNew-NetIPsecRule -DisplayName 'Office' -Token $token\n",
        "$psk = Get-Secret -Name 'CorpVpn' -Vault 'Office'\nAdd-VpnConnection -Name 'CorpVpn' -L2tpPsk $psk\n",
        "$psk = (Get-AzKeyVaultSecret -VaultName 'Office' -Name 'CorpVpn' -AsPlainText)\n",
        "$psk = Read-Host 'Key for Office'\nAdd-VpnConnection -Name 'Office' -L2tpPsk $psk\n",
        "$c = Get-Credential -UserName 'Office'\nSet-VpnConnection -L2tpPsk $c.GetNetworkCredential().Password\n",
        "foreach ($site in 'Office') { $psk = Get-Secret $site; Add-VpnConnection -Name $site -L2tpPsk $psk }\n",
        'shared_key = "${var.office_key}"\n"sharedKey": "$(officePsk)"\npsk = os.environ["OFFICE_PSK"]\n',
        "psk=@OFFICE_PSK@\npsk=__OFFICE_PSK__\npsk=#{OFFICE_PSK}#\npsk: !Ref OfficePsk\n",
        "2: [1]0C44.0E1C::2026/03/04-10:11:12.345 [ikeext] 12|Looking up PSK 2026/03/04-10:11:12\n",
    ],
)
def test_the_names_of_what_gives_a_key_are_shown_elsewhere(text: str) -> None:
    assert secrets.keys_in(text)[1] == set()


@cases(
    ("text", "keys"),
    [
        ("$psk='Sommer7Regen'; Add-VpnConnection -Name 'Office' -L2tpPsk $psk\n", {"Sommer7Regen"}),
        ("$psk = \"Sommer; Regen\"; $n='Berlin'; Set-VpnConnection $n -L2tpPsk $psk\n", {"Sommer; Regen"}),
        ("set psk=Sommer7Regen& netsh x add rule name=Office auth1psk=%psk%\n", {"Sommer7Regen"}),
    ],
)
def test_another_statement_on_the_line_is_none_of_the_key(text: str, keys: set[str]) -> None:
    assert {text[begin:end] for begin, end in secrets.keys_in(text)[0]} == keys


@cases(
    ("text", "hidden"),
    [
        ("radius-server x\n  key 'Sommer'\n", "'Sommer'"),
        ("pre-shared key authentication7\n", "authentication7"),
        ('"sharedKey": {"type": "securestring", "value": "Sommer"}\n', ' "Sommer"'),
        ("<presharedKeyAuthentication>Sommer</presharedKeyAuthentication>\n", "Sommer"),
        ("  secret {Sommer\n", "{Sommer"),
        ("pre-shared-key (Sommer1)\n", "Sommer1"),
        ("auth1pskSommer\n", "Sommer"),
        ("computerpskSommer x\n", "Sommer"),
        ("-SharedSecret <Sommer next\n", "<Sommer next"),
        ("psk > Sommer\n", "Sommer"),
        ('"adminPassword": {"type": "string", "defaultValue": "Sommer"}\n', ' "Sommer"'),
        ('<settings pass="specialized">\n', 'specialized">'),
        ("enable password Sommer level 2\n", "Sommer"),
        ("username a privilege 15 password 0 Sommer\n", "Sommer"),
        ("powershell -enc JABwAHMAawAgAD0AIAAnAHgAJwA=\n", "JABwAHMAawAgAD0AIAAnAHgAJwA="),
        ("psk=local.key\n", "local.key"),
        ("netsh advfirewall consec add rule name=next auth1=%Sommer7x\n", "%Sommer7x"),
        ("enable password managements\n", "managements"),
        ("wpa-psk --creds\n", "--creds"),
        ("tool -a wpa-psk --Sommer9\n", "--Sommer9"),
        ("**&lt;Pre-Shared-Key&gt;** Sommer9 &lt;/Pre-Shared-Key&gt;\n", "** Sommer9 "),
        ("secret = https://u:Sommer@example.org/\n", "https://u:Sommer@example.org/"),
        ("Pin: SHArable\n", "SHArable"),
        ('<Auth_Secret name="Auth_Secrets" dt:dt="string">Sommer</Auth_Secret>\n', "Sommer"),
        ('<Auth_Secret name="Auth_Secrets" dt:dt="string">Sommer</Auth_Secret>\n', "Auth_Secrets"),
        ("curl -H 'X-Vpn-Secret: Sommer 9' https://next/\n", "Sommer 9"),
        ('curl --header "X-Auth-Token: Sommer" https://next/\n', "Sommer"),
        ("curl -H X-Auth-Token: Sommer' https://next/\n", "Sommer' https://next/"),
        ("https://example.org/?secret=Sommer&next=1\n", "Sommer"),
        ('![](https://example.org/?alt=x&#x26;token=Sommer" next="">\n', "Sommer"),
        ("example.org/?secret=Sommer&next=1\n", "Sommer&next=1"),
        ('psk = "local.key"\n', "local.key"),
        (' pre-shared-key ascii-text "$9$Sommer"; ## SECRET-DATA\n', "$9$Sommer"),
        ("psk: \"{{ x | default('Sommer') }}\"\n", "{{ x | default('Sommer') }}"),
        ('psk="{Sommer}"\n', "{Sommer}"),
        ("psk={{Som-mer}}\n", "{Som-mer}"),
        ('secret = "<Sommer>"\n', "<Sommer>"),
        ("psk=***Sommer\nsecret=xxSommer\n", "xxSommer"),
        ("password: yes-and-no\n", "yes-and-no"),
        ("secret: 00000000-0000-0000-0000-000000000000\n", "00000000-0000-0000-0000-000000000000"),
        ("$Password = Read-Host 'Sommer'\n", "Read-Host 'Sommer"),
        ('<Radius_Secret><A dt:dt="int">1</A><B dt:dt="string">38</B></Radius_Secret>', "38"),
        ("<psk>a</psk><!-- the old one is sommer in this -->", " the old one is sommer in this "),
        ("<psk>a</psk><!-- use Geheim9x for the next one -->", " use Geheim9x for the next one "),
        ("<psk>a</psk><!-- sommer regen bogen -->", " sommer regen bogen "),
        ("<psk>a</psk><!-- the key is sommer -->", " the key is sommer "),
        ("<psk>a</psk><!-- Sommer -->", " Sommer "),
        ("-DisplayName pskSommer7\n-L2tpPsk pskSommer8\n", "pskSommer8"),
        ("policy x pskSommer7.docs\n", "Sommer7.docs"),
        ("vpn_key_sizes: Sommer7\n", "Sommer7"),
        ("the pre-shared key for the tunnel is Sommer7.\n", "Sommer7"),
        ("the password for the tunnel was Sommer7, now\n", "Sommer7"),
        ("<p>The pre-shared key is <b>Sommer7</b></p>\n", "Sommer7"),
        ('<p>The psk is <span class="x"><code>sommer regen</code></span></p>\n', "sommer regen"),
        ("Cannot validate argument on parameter 'PreSharedKey'. The argument \"Sommer\" is too short.\n", "Sommer"),
        ('f\u00fcr den Parameter "L2tpPsk" kann nicht sein. Das Argument "Sommer" ist zu kurz.\n', "Sommer"),
        ("config.put('psk', 'Sommer');\n", "Sommer"),
        ("define('PSK', 'Sommer');\n", "Sommer"),
        ("[Environment]::SetEnvironmentVariable('PSK', 'Sommer', 'User')\n", "Sommer"),
        ('- key: PreSharedKey\n  value: "Sommer"\n', "Sommer"),
        ("New-ItemProperty -Path x -Name 'PreSharedKey' -PropertyType String -Value Sommer\n", "Sommer"),
        ("https://x/?q=netsh%20rule%20psk%3DSommer%20name%3Da\n", "Sommer"),
        ("| id | psk |\n|---|---|\n| a | Sommer1 |\n", " Sommer1 "),
        ("Set-VpnConnection -Name x -L2tpPsk -Forced -PassThru\n", "-Forced"),
        ("registry_value { 'HKLM\\X\\PreSharedKey':\n  ensure => present,\n  data => 'Sommer',\n}\n", "Sommer"),
        ("- win_regedit: path=HKLM:\\X name=PreSharedKey data=Sommer type=string\n", "Sommer"),
        ("Registry x {\n  ValueName = 'PreSharedKey'\n  ValueType = 'String'\n  ValueData = 'Sommer'\n}\n", "Sommer"),
        ("- vname: PreSharedKey\n- vtype: REG_SZ\n- vdata: Sommer\n", "Sommer"),
    ],
)
def test_what_is_nearly_that_is_a_key(text: str, hidden: str) -> None:
    assert hidden in [text[begin:end] for begin, end in secrets.keys_in(text)[0]]


@cases(
    "words",
    [" Match the suffix of your network ", "\n  1. Check if this is in use.\n  2. Connect to the VPN (IP)\n"],
)
def test_a_comment_of_plain_words_is_shown_beside_a_key(words: str) -> None:
    text = f"<a><!--{words}--><psk>Sommer</psk></a>"
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == ["Sommer"]


def test_a_name_of_keys_is_masked_nowhere_else() -> None:
    text = '"sharedKey": "[parameters(\'sharedKey\')]"\n'
    assert "sharedKey" not in secrets.keys_in(text)[1]


_SHOWN = "$psk = Read-Host\nAdd-VpnConnection -Name a -L2tpPsk {} -Force\n"


@cases(
    ("text", "hidden"),
    [
        *((_SHOWN.format(written), []) for written in ("$psk", "$Psk", '"$psk"', "${psk}", "$script:psk", "$psk.Key")),
        *(
            (_SHOWN.format(written), [written.strip("'\"")])
            for written in ("'$psk'", "$pks", "$psk7", "%psk%", "$psk$")
        ),
        ("Add-VpnConnection -Name a -L2tpPsk $psk -Force\n", ["$psk"]),
        ("param(\n  [string]$Key,\n  $Name\n)\nx --shared-key $key --name $name\n", []),
        ("foreach ($row in Import-Csv a.csv) { Add-VpnConnection -Name a -L2tpPsk:$row.Psk -Force }\n", []),
        ("$psk = Read-Host\nnetsh ipsec static add rule name=a psk=$psk\n", ["$psk"]),
        ('set /p K=\nnetsh ipsec static add rule name=a psk="%K%"\nnetsh ipsec static add rule name=a psk=!k!\n', []),
        ("set K=\nnetsh ipsec static add rule name=a psk=%L%\n", ["%L%"]),
        ("$k = 'Sommer7x'\nAdd-VpnConnection -Name a -L2tpPsk $k\n", ["Sommer7x"]),
        ("$key = 'Sommer'\nNew-NetIPsecRule -DisplayName $key\n", []),
        ("$key = 'HKLM:\\Software'\n$keyPreference = 'Stop'\n", []),
    ],
)
def test_a_variable_that_the_text_sets_is_shown_and_another_may_be_a_key(text: str, hidden: list[str]) -> None:
    assert [text[begin:end].strip("'\"") for begin, end in secrets.keys_in(text)[0]] == hidden


@cases(
    ("text", "hidden"),
    [
        ('{"a": "PreSharedKey:   Som\\"mer\\r\\nNext:    1\\r\\n"}\n', ['Som\\"mer']),
        ('{"a": "PreSharedKey: Sommer 9",\n            "lines": [\n', ['Sommer 9",']),
    ],
)
def test_nothing_behind_a_key_in_a_text_of_json_is_masked_with_it(text: str, hidden: list[str]) -> None:
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == hidden
