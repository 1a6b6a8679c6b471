"""What cryptography costs on a machine, as text beside what the defaults were measured with, and as JSON."""

from __future__ import annotations

import json

from ipseclint.load.report import json as json_report
from ipseclint.load.report import text
from ipseclint.load.service import RATES, CryptoRates

HERE = CryptoRates({"modp2048": 1500.0, "ecp256": 20_000.0}, {"rsa2048": (900.0, 30_000.0)}, "measured here")


def test_each_rate_stands_beside_that_of_the_default() -> None:
    first, *rows, last = text.render_rates(HERE).splitlines()
    assert (first, last) == ("measured here", f"default: {RATES.source}")
    cells = [[cell for cell in row.split("  ") if cell] for row in rows]
    assert [cell.strip() for cell in cells[0]] == ["here, per second", "where the default was measured"]
    signed, verified = RATES.signatures["rsa2048"]
    assert [(row[0], row[1].strip(), row[2].strip()) for row in cells[1:]] == [
        ("modp2048", "1,500", f"{RATES.key_agreements['modp2048']:,.0f}"),
        ("ecp256", "20,000", f"{RATES.key_agreements['ecp256']:,.0f}"),
        ("rsa2048 sign", "900", f"{signed:,.0f}"),
        ("rsa2048 verify", "30,000", f"{verified:,.0f}"),
    ]


def test_the_rates_are_numbers_in_json() -> None:
    assert json.loads(json_report.render_rates(HERE)) == {
        "schema": "ipseclint.load/1",
        "source": "measured here",
        "key_agreements_per_second": {"modp2048": 1500.0, "ecp256": 20_000.0},
        "signatures_per_second": {"rsa2048": {"sign": 900.0, "verify": 30_000.0}},
    }
