"""Keys in variables that programs, templates and documents declare are masked where they are declared."""

from __future__ import annotations

from ipseclint import secrets
from tests.cases import cases


@cases(
    ("declared", "used"),
    [
        ('variable "conn" {\n  type = string\n  default = "Sommer"\n}\n', "shared_key = var.conn"),
        ('variable "conn" {\n  default = "Sommer"\n}\n', 'shared_key = "${var.conn}"'),
        ('locals {\n  conn = "Sommer"\n}\n', "shared_key = local.conn"),
        ("locals {\n  conn = <<-EOT\n    Sommer\n  EOT\n  next = 1\n}\n", "shared_key = local.conn"),
        ("locals {\n  conn = <<-EOT\n    Regen\n    Sommer\n  EOT\n  next = 1\n}\n", "shared_key = local.conn"),
        ("vars:\n  conn: 'Sommer'\n  next: 1\n", "psk: '{{ conn }}'"),
        ("vars:\n  conn: Sommer\n", "auth1psk={{conn}} next=1"),
        ("vars:\n  conn: |\n    Sommer\n", "psk: \"{{ conn | default('') }}\""),
        ("conn: Sommer\n", "psk: {{ .Values.conn }}"),
        ("export CONN='Sommer'\n", 'az network vpn-connection create --shared-key "$CONN" --next'),
        ("CONN=Sommer\n", "az network vpn-connection create --shared-key ${CONN}"),
        ('call :add next "Sommer"\ngoto :eof\n:add\n', 'netsh x auth1psk="%~2"'),
        ("call add.cmd next Sommer next\n", "netsh x psk=%2 next=1"),
        ('conn = "Sommer"\n', 'run(f"netsh x psk={conn}")'),
        ('conn = "Sommer"\n', "run(f'netsh x psk={conn!r} next=1')"),
        ('conn: str = "Sommer"\n', 'run(f"netsh x psk={self.conn.strip()}")'),
        ('conn = "Sommer"\n', 'run("netsh x psk=%s" % conn)'),
        ('conn = "Sommer"\nother = "next"\n', 'run("netsh x name=%s psk=%s" % (other, conn))'),
        ('conn = "Sommer"\n', "run('netsh x psk=\"%(a)s\"' % {'b': 1, 'a': conn})"),
        ('conn = "Sommer"\nother = "next"\n', 'run("netsh x psk={}".format(conn, other))'),
        ('conn = "Sommer"\nother = "next"\n', 'run("netsh x name={1} psk={0}".format(conn, other))'),
        ('conn = "Sommer"\nother = "next"\n', 'run("netsh x psk={a} name={b}".format(b=other, a=conn))'),
        ('conn = "Sommer"\n', 'run(\n  "netsh x psk=%s "\n  "name=%s"\n  % (conn, next(1)))'),
        ('conn = "Sommer"\n', 'run("netsh x psk=" + conn + " next=1")'),
        ('$conn = "Sommer"\n$other = "next"\n', '& cmd /c ("netsh x name={0} psk={1}" -f $other, $conn)'),
        ("const conn = 'Sommer';\n", "exec(`netsh x psk=${conn} name=next`);"),
        ("export const conn: string = 'Sommer';\n", 'exec(`netsh x psk="${conn}" name=next`);'),
        ("let all = { conn: 'Sommer', other: 'next' };\n", 'exec(`netsh x psk="${all.conn}" name=next`);'),
        ("const part = 'Sommer';\nconst conn = `${part}`;\n", "exec(`netsh x psk=${conn}`);"),
        ("conn = 'Sommer'\n", 'run(f"netsh x psk={shlex.quote(conn)} name=next")'),
        ("conn = {'a': 'Sommer'}\n", "run(f\"netsh x psk={conn['a']} name=next\")"),
        ("conn = 'Sommer'\n", 'run(["x", "-L2tpPsk", conn, "-Next"])'),
        ('string conn = "Sommer";\n', 'Run(string.Format("netsh x name={0} psk={1}", next, conn));'),
    ],
)
def test_the_value_of_a_variable_in_the_place_of_a_key_is_masked(declared: str, used: str) -> None:
    for text in (f"{declared}{used}\n", f"{used}\n{declared}"):
        places, texts = secrets.keys_in(text)
        assert any(begin <= text.index("Sommer") and text.index("Sommer") + 6 <= end for begin, end in places)
        assert "next" not in texts


@cases(
    ("declared", "used"),
    [
        ('variable "other" {\n  default = "Sommer"\n}\n', "shared_key = var.conn"),
        ('locals {\n  other = "Sommer"\n}\n', "shared_key = local.conn"),
        ("vars:\n  other: Sommer\n", "psk: '{{ conn }}'"),
        ("conn == Sommer\n", "psk: '{{ conn }}'"),
        ("Conn = Sommer\n", "-PreSharedKey $conn"),
        ("conn: Sommer\n", "-PreSharedKey $conn"),
        ("call :add Sommer key\n", "netsh x psk=%2"),
        ('conn = "Sommer"\n', 'run(f"netsh x name={conn} psk={other}")'),
        ('conn = "Sommer"\n', 'run("netsh x name=%s psk=%s" % (conn, other))'),
        ('conn = "Sommer"\n', 'run("netsh x psk={1} name={0}".format(conn, other))'),
        ('conn = "Sommer"\n', 'run("netsh x name={a} psk={b}".format(a=conn, b=other))'),
        ('$conn = "Sommer"\n', '& cmd /c ("netsh x name={0} psk={1}" -f $conn, $other)'),
        ('conn = "Sommer"\n', 'run("netsh x name=" + conn + " psk=" + other)'),
        ("const conn = 'Sommer';\n", "exec(`netsh x name=${conn} psk=${other}`);"),
        ("conn = 'Sommer'\n", 'run(["-Name", conn, "-L2tpPsk", other])'),
        ("conn = 'Sommer'\n", "run(f\"netsh x psk={shlex.quote('conn')}\")"),
    ],
)
def test_the_value_of_another_variable_is_not_masked(declared: str, used: str) -> None:
    text = f"{declared}{used}\n"
    assert not any(begin <= text.index("Sommer") < end for begin, end in secrets.keys_in(text)[0])


@cases(
    "text",
    [
        "function Add-It { param($Name, $Value) Add-VpnConnection -L2tpPsk $Value }\nAdd-It Amt Sommer7Regen\n",
        "function Add-It($Name, $Psk) { Write-Log $Psk }\nAdd-It Amt Sommer7Regen\n",
        "filter Add-It { param([string]$Secret) Write-Log }\nAdd-It Sommer7Regen\n",
        ". .\\lib.ps1\nSet-VpnPsk Amt Sommer7Regen\n",
        "pwsh -c Set-VpnPsk -Name Amt Sommer7Regen\n",
        "call set_psk.cmd Amt Sommer7Regen\n",
        "call :set_vpn_psk Amt Sommer7Regen\n",
        "python vpn-secret.py Amt Sommer7Regen\n",
        "vici load-shared() {id=amt type=IKE data=Sommer7Regen}\n",
        "load-shared {\n  id = amt\n  type = IKE\n  data = Sommer7Regen\n}\n",
        "s.load_shared({'type': 'IKE', 'data': 'Sommer7Regen'})\n",
    ],
)
def test_what_a_command_of_a_key_is_given_is_masked(text: str) -> None:
    for whole in (text, f"{text}{'.' * 40_000}\n"):  # a long text is asked first
        places, _ = secrets.keys_in(whole)
        assert "Sommer7Regen" in {whole[begin:end] for begin, end in places}


@cases(
    "text",
    [
        "New-PskRule -Name Amt\n",
        "Set-VpnPsk -Force\nWrite-Host Amt\n",
        "Use a command to set the password Amt has.\n",
        "load-shared failed\n\ndata: Amt\n",
    ],
)
def test_what_another_command_is_given_is_not(text: str) -> None:
    places, _ = secrets.keys_in(text)
    assert "Amt" not in {text[begin:end] for begin, end in places}
