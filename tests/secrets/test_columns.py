"""Keys in columns of tables whose lines are joined, of changes to tables, and of tables of HTML."""

from __future__ import annotations

from ipseclint import secrets
from tests.cases import cases

KEY, OTHER = "Hunter2dogs", "Kan4rie7Q9zX"


def masked(text: str) -> list[str]:
    return [text[begin:end] for begin, end in secrets.keys_in(text)[0]]


@cases(
    "text",
    [
        f"Name,PSK,Peer gw1,{KEY},192.0.2.1 gw2,{OTHER},192.0.2.2\n",
        f"PSK,Peer {KEY},192.0.2.1 {OTHER},192.0.2.2\n",
        f"Peer;PSK; 192.0.2.1;{KEY}; 192.0.2.2;{OTHER}\n",
        f"Name,PSK,Peer\\ngw1,{KEY},192.0.2.1\\ngw2,{OTHER},192.0.2.2\\n",
        f"Name,PSK,Peer the first,{KEY},192.0.2.1 gw2,{OTHER},192.0.2.2\n",
        f"+Name\tPSK\tPeer\n+gw1\t{KEY}\t192.0.2.1\n+gw2\t{OTHER}\tx\n",
        f"+Name,Peer,PSK,x\n+gw1,192.0.2.1,{KEY},y\n+gw2,x,{OTHER},y\n",
        (
            f"<table><tr><th>Site</th><th>PSK</th></tr>\n<tr><td>a</td><td>{KEY}</td></tr>"
            f"<tr><td>b</td><td><code>{OTHER}</code></td></tr></table><td>next</td>"
        ),
        (
            f"<table class='x'>\n<tr>\n<td><b>Site</b></td><td>Pre-Shared Key</td><td>Peer</td></tr>"
            f"<tr><td>a</td><td>{KEY}</td><td>b</td></tr><tr><td colspan=2>{OTHER}</td><td>b</td></tr>"
        ),
        (
            "<table><tr><td>Our pre-shared keys\n<table><tr><th>Site</th><th>PSK</th></tr>"
            f"<tr><td>a</td><td>{KEY}</td></tr><tr><td>b</td><td>{OTHER}</td></tr></table></td></tr></table>"
        ),
        (
            "<table><tr><td colspan=2>Tunnels</td></tr><tr><th>Site</th><th>PSK</th></tr>"
            f"<tr><td>a</td><td>{KEY}</td></tr><tr><td>b</td><td>{OTHER}</td></tr></table>"
        ),
        (
            "<thead><tr><th>Site</th><th>PSK</th></tr></thead>"
            f"<tbody><tr><td>a</td><td>{KEY}</td></tr><tr><td>b</td><td>{OTHER}</td></tr></tbody>"
        ),
        (
            "<table><tr><th>Ort</th><th>Vorinstallierter Schl\u00fcssel</th><th>Tor</th></tr>"
            f"<tr><td>a</td><td>{KEY}</td><td>x</td></tr><tr><td>b</td><td>{OTHER}</td><td>y</td></tr></table>"
        ),
    ],
)
def test_the_keys_of_such_a_column_are_found(text: str) -> None:
    assert masked(text) == [KEY, OTHER]


@cases(
    "text",
    [
        "Methods,PSK,Certificate or Kerberos,NTLM and others,none\n",
        "Site;PSK Berlin;Peer\nhere;;x\n",
        "<table><tr><td>Site</td><td>PSK</td></tr><tr><td>a</td><td>word</td></tr></table>",
        (
            "<table><tr><td>a</td><td>b</td><td>c</td></tr><tr><td>x</td><td>PSK</td><td>y</td></tr>"
            "<tr><td>x</td><td>word</td><td>y</td></tr></table>"
        ),
        "<tr><td>x</td><td>PSK</td><td>y</td></tr><tr><td>x</td><td>word</td><td>y</td></tr>",
        (
            "<table><tr><th>Name</th><td>x</td></tr><tr><th>PSK and more</th><td>yes</td></tr>"
            "<tr><th>Renewed</th><td>word</td></tr></table>"
        ),
    ],
)
def test_words_of_what_is_no_such_table_are_shown(text: str) -> None:
    assert secrets.keys_in(text)[1] == set()


def test_a_line_that_rules_a_table_ends_none() -> None:
    ruled = "+------+-----+\n"
    text = f"{ruled}| Site | PSK |\n{ruled}| a | {KEY} |\n| b | {OTHER} |\n{ruled}"
    assert [key.strip() for key in masked(text)] == [KEY, OTHER]


@cases(
    "row",
    [
        "Peer;192.0.2.1\nPre-shared key;{};Wint3rsturm\n",
        "VPN A,PSK,{}\n",
        'VPN A,PSK,"{}",yes\n',
        "| VPN A | PSK | {} | yes |\n",
        "| **Preshared key** | `{}` | both ends |\n",
        "2026-03-04 10:11:12 PSK\t{}\tboth ends\n",
        "<tr><td>PSK</td><td>{}</td><td>both ends</td></tr>",
        "<label for='a'>Pre-shared key</label> <span>{}</span>",
        "<div class='l'>Pre-shared key</div>\n<div class='v'>{}</div>",
        "<li><strong>Pre-shared key</strong>: {}</li>",
        "<tr><td>VPN A</td><td>PSK</td><td><code>{}</code></td><td></td></tr>",
    ],
)
def test_a_word_behind_a_label_in_a_row_is_the_key(row: str) -> None:
    written = row.format("Hunter2dogs")
    assert any("Hunter2dogs" in written[begin:end] for begin, end in secrets.keys_in(written)[0])
