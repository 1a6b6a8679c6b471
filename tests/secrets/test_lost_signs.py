"""Tests of keys whose sign, quote or tag is lost."""

from ipseclint import secrets
from tests.cases import cases

_KEY = "Kan4rie7Q9zX"
_LOCATOR = "<Target><LocURI>./Vendor/MSFT/VPNv2/x/NativeProfile/L2tpPsk</LocURI></Target>"
_DAMAGED = {
    "syncml no start": _LOCATOR + "\n  Kan4rie7Q9zX\n</Data></Item>",
    "syncml no tags": _LOCATOR + "Kan4rie7Q9zX",
    "syncml half start": _LOCATOR + "<Data Kan4rie7Q9zX</Data>",
    "syncml torn start": _LOCATOR + "Data>Kan4rie7Q9zX</Data>",
    "syncml torn start2": _LOCATOR + "<Dat\nKan4rie7Q9zX</Data>",
    "syncml meta": _LOCATOR + "<Meta><Format>chr</Format></Meta>Kan4rie7Q9zX</Data>",
    "syncml uri end torn": _LOCATOR.removesuffix("</LocURI></Target>") + "</LocUR</Target><Data>Kan4rie7Q9zX</Data>",
    "syncml uri end gone": _LOCATOR.removesuffix("</LocURI></Target>") + "</Target><Data>Kan4rie7Q9zX</Data>",
    "syncml uri other end": _LOCATOR.replace("</LocURI>", "<LocURI>") + "<Data>Kan4rie7Q9zX</Data>",
    "syncml data misspelt": _LOCATOR + "<Dzta>Kan4rie7Q9zX</Dzta>",
    "profile start torn": "<NativeProfile>L2tpPsk>Kan4rie7Q9zX</L2tpPsk>",
    "profile start lost": "<NativeProfile>Kan4rie7Q9zX</L2tpPsk>",
    "profile start other": "<NativeProfile><X>Kan4rie7Q9zX</L2tpPsk>",
    "clixml N lost": '<S PreSharedKey">Kan4rie7Q9zX</S>',
    "clixml close quote": '<S N="PreSharedKey>Kan4rie7Q9zX</S>',
    "clixml gt lost": '<S N="PreSharedKey"Kan4rie7Q9zX</S>',
    "clixml lt lost": 'S N="PreSharedKey">Kan4rie7Q9zX</S>',
    "cim": '<Property Name="PreSharedKey" Type="System.String"Kan4rie7Q9zX</Property>',
    "cim2": '<Property Name="PreSharedKey Type="System.String">Kan4rie7Q9zX</Property>',
    "cim3": 'Property Name="PreSharedKey" Type="System.String">Kan4rie7Q9zX</Property>',
    "cim4": '<PROPERTY NAME="PreSharedKey" TYPE="string"><VALUE>Kan4rie7Q9zX</VALUE></PROPERTY>',
    "cim5": '<PROPERTY NAME="PreSharedKey" TYPE="string">VALUE>Kan4rie7Q9zX</VALUE></PROPERTY>',
    "cim6": '<PROPERTY NAME="PreSharedKey" TYPE="string"Kan4rie7Q9zX</VALUE></PROPERTY>',
    "json colon": '{"PreSharedKey" "Kan4rie7Q9zX"}',
    "json colon2": '{"PreSharedKey""Kan4rie7Q9zX"}',
    "json quote": '{"PreSharedKey: "Kan4rie7Q9zX"}',
    "json quote2": '{PreSharedKey": "Kan4rie7Q9zX"}',
    "json q3": '{"PreSharedKey": Kan4rie7Q9zX"}',
    "json q4": '{"PreSharedKey": "Kan4rie7Q9zX}',
    "json nl": '{"PreSharedKey"\n  "Kan4rie7Q9zX"}',
    "json nl2": '{"PreSharedKey":\n\n  "Kan4rie7Q9zX"}',
    "json comma": '{"PreSharedKey", "Kan4rie7Q9zX"}',
    "json semi": '{"PreSharedKey"; "Kan4rie7Q9zX"}',
    "json eq": '{"PreSharedKey"= "Kan4rie7Q9zX"}',
    "json bare": '{"PreSharedKey" Kan4rie7Q9zX}',
    "json both": "{PreSharedKey Kan4rie7Q9zX}",
    "json name/value": '{"name":"PreSharedKey","value" "Kan4rie7Q9zX"}',
    "json name/value2": '{"name":"PreSharedKey","value:"Kan4rie7Q9zX"}',
    "json omaUri": '{"omaUri":"./x/L2tpPsk","value" "Kan4rie7Q9zX"}',
    "csv": "Name,PreSharedKey,Profile\na,Kan4rie7Q9zX,Any\n",
    "csv q": '"Name","PreSharedKey","Profile"\n"a","Kan4rie7Q9zX","Any"\n',
    "csv q lost": '"Name","PreSharedKey,"Profile"\n"a","Kan4rie7Q9zX","Any"\n',
    "csv q lost2": '"Name",PreSharedKey","Profile"\n"a","Kan4rie7Q9zX","Any"\n',
    "csv row q": '"Name","PreSharedKey","Profile"\n"a,"Kan4rie7Q9zX","Any"\n',
    "csv row comma": '"Name","PreSharedKey","Profile"\n"a""Kan4rie7Q9zX","Any"\n',
    "csv spaces": "Name, PreSharedKey, Profile\na, Kan4rie7Q9zX, Any\n",
    "csv empty head": "Name,,PreSharedKey\na,,Kan4rie7Q9zX\n",
    "csv typed": "#TYPE x\nName,PreSharedKey\na,Kan4rie7Q9zX\n",
    "csv pipe": "Name|PreSharedKey|x\na|Kan4rie7Q9zX|x\n",
    "csv head words": "Display Name,PreSharedKey,x\na,Kan4rie7Q9zX,x\n",
    "wfp": "<item><presharedKey><data>4b616e34</data><asString>Kan4rie7Q9zX</asString></presharedKey>",
    "reg": '"L2tpPsk"="Kan4rie7Q9zX"',
    "reg1": '"L2tpPsk" "Kan4rie7Q9zX"',
    "reg q": 'L2tpPsk" = "Kan4rie7Q9zX"',
    "show": "Auth1PSK                  Kan4rie7Q9zX",
    "list": "PreSharedKey             Kan4rie7Q9zX",
    "list2": "PreSharedKey Kan4rie7Q9zX",
    "netsh": "netsh ipsec static add rule name=r psk Kan4rie7Q9zX",
    "netsh2": 'netsh ipsec static add rule name=r psk"Kan4rie7Q9zX"',
    "netsh3": "netsh ipsec static add rule name=r pskKan4rie7Q9zX",
    "netsh4": "netsh advfirewall consec add rule name=r auth1psk Kan4rie7Q9zX",
}


_WORD = "Sommerregenbogen"
_PLAIN = {
    "a parameter that was logged": 'ParameterBinding(x): name="PreSharedKey"; value="Sommerregenbogen"',
    "a registry value that was changed": "Object Value Name:\tSHKey\n\n\tNew Value:\tSommerregenbogen\n",
    "such a change as XML": '<Data Name="ObjectValueName">SHKey</Data><Data Name="NewValue">Sommerregenbogen</Data>',
    "a line of a setup file": 'HKLM,"SOFTWARE\\x\\0000",SHKey,,"Sommerregenbogen"',
    "a row of a page": "<tr><td><b>PSK</b></td>\n <td><code>Sommerregenbogen</code></td></tr>",
    "a term of a page": "<dl><dt>Pre-shared key</dt><dd>Sommerregenbogen</dd></dl>",
    "a field of a page": '<label>PSK</label><input type=text value="Sommerregenbogen">',
    "a row of Markdown": "| Pre-Shared Key | `Sommerregenbogen` |\n",
    "a block below its label": "PSK:\n\n    Sommerregenbogen\n",
    "two cells without the sign between": "Name;TunnelType;L2tpPsk;x\nOffice;L2tp Sommerregenbogen;vpn.example\n",
    "two quoted cells": '"Name","L2tpPsk","x"\n"OfficeSommerregenbogen","y"\n',
    "a header on the next line": "-Headers @{ Authorization = Bearer\n> Sommerregenbogen' }\n",
    "a quoted header that is broken": "@{ Authorization = 'Bearer `\n  Sommerregenbogen' }\n",
    "a name behind another command": 'crypto isakmp policy 10authentication-key "Sommerregenbogen";\n',
    "an option behind which the sign is lost": "cscript ipsec.vbs /keySommerregenbogen /x\n",
    "a method behind another sign": "ipsecpol -f 0=* -a;p=Sommerregenbogen\n",
    "a share with a command behind": "1 INFO Run: net use x: \\\\s1\\c Sommerregenbogen /user:  a netsh ipsec\n",
    "a list that is broken before its sign": "L2tpIPsecAuth : Psk\nL2tpPsk  \n        : Sommerregenbogen\nNext : 1\n",
    "a text below an empty line": '**"Preshared key"**:\n\n"Sommerregenbogen"\n',
    "a text below its label": 'Preshared key\n"Sommerregenbogen"\n',
    "a text below a comment": '{"psk": // of Berlin\n  "Sommerregenbogen"}\n',
    "a text behind a comment": '{"psk": /* of Berlin */ "Sommerregenbogen"}\n',
    "a block of a document below a member": '"Preshared key":\n  ```\n  Sommerregenbogen\n  ```\n',
    "a sign on the next line": "'Preshared key'\n  => 'Sommerregenbogen'\n",
    "a text below a parameter": "New-NetIPsecAuthProposal -PreSharedKey\n  'Sommerregenbogen'\n",
    "a text below a parameter that goes on": "New-NetIPsecAuthProposal -PreSharedKey `\n  'Sommerregenbogen'\n",
    "a wrapped value below an empty line": "Auth1PSK:\n \n                Sommerregenbogen\n",
    "a value before its name": "reg add HKLM\\x /d Sommerregenbogen /v SHKey /f",
    "such a value of a cmdlet": "Set-GPRegistryValue -Key x -Value 'Sommerregenbogen' -ValueName 'SHKey' -Type String",
    "emphasis": "- *PSK* = Sommerregenbogen",
    "a name in brackets": "Pre-shared key (PSK): Sommerregenbogen",
    "whose key": "PSK for site A: Sommerregenbogen",
    "a number": "PSK[1]=Sommerregenbogen",
    "a method's second word": "[Microsoft.Win32.Registry]::SetValue('HKLM\\x', 'SHKey', 'Sommerregenbogen')",
    "an end tag of a value alone": "<data>4b00</data><asString>Sommerregenbogen</asString></presharedKey>",
    "the beginning of a value is cut": "Sommerregenbogen</asString></presharedKey></item>",
    "an attribute of the element": '<NativeProfile><L2tpPsk Value="Sommerregenbogen"/></NativeProfile>',
    "another element": "<NativeProfile><L2tpKey>Sommerregenbogen</L2tpKey></NativeProfile>",
    "a password": "<NativeProfile><Password>Sommerregenbogen</Password></NativeProfile>",
    "a line below a name": "auth1=computerpsk auth1psk=\nSommerregenbogen\n",
    "a text of YAML": "vpn:\n  psk: >-\n    Sommerregenbogen\n  next: 1\n",
    "a member of YAML below its name": "psk:\n  # of Berlin\n  value: Sommerregenbogen\n",
    "a default below a type": "psk:\n  type: string\n  default: 'Sommerregenbogen'\n",
    "a list of YAML": "pre_shared_keys:\n  - Sommerregenbogen\n  - another1\n",
    "a value below its type": "- name: psk\n  type: string\n  value: Sommerregenbogen\n",
    "a word of YAML on the next line": "vpn:\n  psk:\n    Sommerregenbogen\n",
    "a method": 'netsh advfirewall consec add rule auth1="computerpsk Sommerregenbogen"',
    "a section without a sign": "secrets {\n  ike-a {\n    secret Sommerregenbogen\n  }\n}\n",
    "a value of LGPO behind strange lines": "SHKey\nnetsh x\nrem y\nSZ:Sommerregenbogen\n",
    "a head without signs": "Name PreSharedKey Profile\na Sommerregenbogen Any\n",
    "a printed table": "Name PreSharedKey     Profile\n---- ------------     -------\na    Sommerregenbogen Any\n",
    "a variable without its sign": "$k  'Sommerregenbogen'\n$p = New-NetIPsecAuthProposal -PreSharedKey $k\n",
    "such a variable with a scope": '$script:k "Sommerregenbogen"\nAdd-VpnConnection -L2tpPsk $script:k\n',
    "a wide sign": '$k \uff1d @"Sommerregenbogen"@\n$p \uff1d New-NetIPsecAuthProposal -PreSharedKey $k\n',
    "a strange sign": '}) $k >= "Sommerregenbogen"\n$p = New-NetIPsecAuthProposal -PreSharedKey $k`\n',
    "a value below its name": "New-ItemProperty -Path HKLM:\\x -Name SHKey \n-Value 'Sommerregenbogen'\n",
    "a table behind prompts": "C:\\> 1: Name,PreSharedKey,x\nC:\\> 2: a,Sommerregenbogen,y\n",
    "a variable on the line of its use": 'x; k = "Sommerregenbogen"; s.Run "netsh ipsec static add rule psk=" & k; ',
    "a sign that is none": "router vrrp 1\n\0 authentication text Sommerregenbogen\n",
    "a pipe": "echo Sommerregenbogen| netsh advfirewall consec add rule auth1psk=%K%\n",
    "a file between": "echo Sommerregenbogen>psk.txt\nset /p K=<psk.txt\nnetsh ipsec static add rule psk=%K%\n",
    "a file before its text": '>psk.txt echo Sommerregenbogen\nset /p "K=" < psk.txt\nnetsh ipsec static psk=%K%\n',
}


@cases("text", _PLAIN.values(), ids=_PLAIN)
def test_a_key_that_is_a_word_is_known_by_its_place(text: str) -> None:
    places, keys = secrets.keys_in(text)
    assert any(begin <= text.index(_WORD) and text.index(_WORD) + len(_WORD) <= end for begin, end in places), places
    assert any(_WORD in key for key in keys)


def test_a_here_document_is_no_element_though_its_words_name_keys() -> None:
    script = (
        "cat > /etc/ipsec.conf <<EOF\nconn a\nEOF\ncp /etc/ipsec.secrets /etc/ipsec.secrets.old 2>/dev/null\n"
        "cat > /etc/ppp/chap-secrets <<EOF\n\n# written without a certificate\nEOF\necho done > /run/x\n"
    )
    assert not any({"without", "certificate"} & set(key.split()) for key in secrets.keys_in(script)[1])


def test_a_remark_beside_a_key_is_masked_and_its_words_are_not_masked_elsewhere() -> None:
    text = "<!-- the lab's: Sommerregenbogen --><L2tpPsk>other-key</L2tpPsk>"
    places, texts = secrets.keys_in(text)
    assert [text[begin:end] for begin, end in places] == [" the lab's: Sommerregenbogen ", "other-key"]
    assert texts == {"other-key"}


@cases("text", _DAMAGED.values(), ids=_DAMAGED)
def test_a_key_behind_a_name_whose_sign_or_tag_is_lost_is_known(text: str) -> None:
    assert _KEY in secrets.keys_in(text)[1]


@cases(
    "text",
    [
        "<name>psk</name><action>SecureServer</action>",
        "rem certificate, psk, kerberos\nnetsh advfirewall consec add rule auth1=computerpsk,computercert",
        "Select-Object 'PreSharedKey', 'DisplayName'",
        "the PSK is replaced by a certificate in April",
        "PSK Tunnels\nbetween the sites\n",
        "MaxPasswordAge = 42\nPasswordComplexity = 1\n",
        "type <psk.txt\nnetsh advfirewall show currentprofile\n",
        '<L2tpPsk xmlns="urn:profiles" xsi:type="xs:text"/>',
        "| Site | PSK | Location |\n",
        "<tr><td>Berlin</td><td>PSK</td><td>Location</td></tr>",
        "<tr><th>Site</th><th>PSK</th><th>Location</th></tr>",
        "New-NetIPsecRule -DisplayName 'PSK (old)' -InboundSecurity Require",
        "if ($_.Psk) { @{ EncryptionLevel = 'Required' } }",
        "$methods.Contains('psk', 'DisplayName')",
        '{"DisplayName": "Preshared key", "InstanceID": "Hamburg"}',
        'netsh advfirewall consec add rule name="Pre-Shared Key Hamburg" endpoint1=any',
        "New-NetIPsecRule -DisplayName 'Pre-Shared Key Hamburg' -InboundSecurity Require",
    ],
)
def test_words_beside_the_name_of_a_key_are_not_masked(text: str) -> None:
    assert secrets.keys_in(text)[1] == set()


@cases(
    "text",
    [
        "netsh advfirewall consec add rule name=r auth1=computerpsk auth1psk=Example-Key-0001",
        "netsh advfirewall consec add rule name=r 'auth1=computerpsk' 'auth1psk=Example-Key-0001'",
        "set mainmode auth1=computerpsk\nnetsh advfirewall consec add rule auth1psk=Example-Key-0001",
    ],
)
def test_a_method_by_the_name_of_a_key_does_not_take_the_key_behind_it(text: str) -> None:
    assert secrets.keys_in(text)[1] == {"Example-Key-0001"}


def test_a_key_in_a_text_of_a_program_may_be_broken_with_it() -> None:
    text = 'run("netsh ipsec static add rule psk;\\"Sommer^\\nregenbogen\\" name=a")'
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == ["Sommer^\\nregenbogen"]


def test_the_cell_of_a_key_in_a_torn_row_is_masked_whole() -> None:
    text = "Name;Kind;L2tpPsk;Server\nOffice;Sommer|Kan4rie7Q9zX;vpn.corp.example\n"
    assert "Sommer|Kan4rie7Q9zX" in [text[begin:end] for begin, end in secrets.keys_in(text)[0]]


@cases(
    "text",
    [
        "foreach ($k in 'Kuckucksuhr') {\n  New-NetIPsecAuthProposal -M",
        "$k >= 'Kuckucksuhr'\n# the PSK\n",
        "$k = 'Kuckucksuhr'\nNew-NetIPsecAuthPr",
    ],
)
def test_what_a_text_that_is_cut_gives_to_a_variable_may_be_a_key(text: str) -> None:
    assert "Kuckucksuhr" in [text[begin:end] for begin, end in secrets.keys_in(text)[0]]
