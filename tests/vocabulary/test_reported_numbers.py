"""The number of an error counts where somebody reports it without calling it one, and no other number does."""

from __future__ import annotations

import pytest

from ipseclint.api import check_text
from ipseclint.vocabulary.reported_numbers import reported
from tests.cases import cases

MET = (
    ("809", "The VPN fails with 809"),
    ("809", "VPN: it fails with 809 since the update."),
    ("789", "Since Tuesday our L2TP VPN keeps failing with 789"),
    ("789", "I keep getting 789 on Windows 11, L2TP."),
    ("13801", "IKEv2 keeps failing with 13801"),
    ("13801", "My laptop is getting 13801 (IKE authentication credentials)."),
    ("809", "VPN clients are stuck at 809."),
    ("809", "VPN: the 809 error is back"),
    ("829", "VPN dies with 829 after 8 hours"),
    ("809", "The VPN fails w/ 809"),
    ("809", "VPN failed: 809"),
    ("809", "VPN: error=809"),
    ("789", "VPN: Nach dem Update kommt immer die Fehlermeldung 789"),
    ("809", "VPN returned code 809."),
    ("809", "Event Viewer shows 809 for the VPN"),
    ("809", "VPN: still getting `809`"),
    ("809", "error 809 occurs when connecting to the VPN since the update"),
    ("789", "VPN: error 789 appears when connecting after the update of Tuesday"),
    ("809", "Das VPN scheitert mit 809"),
    ("809", "VPN: Ich bekomme immer 809"),
    ("809", "VPN: seit heute 809-Fehler"),
    ("13801", "Die IKEv2-Verbindung schlägt mit 13801 fehl"),
    ("809", "Le VPN échoue avec 809"),
    ("809", "VPN : j'obtiens toujours le 809"),
    ("789", "La VPN falla con 789 desde ayer"),
    ("809", "A VPN falha com 809"),
    ("789", "La VPN fallisce con 789"),
    ("809", "VPN: ik krijg steeds 809"),
    ("809", "VPN выдает 809"),
    ("789", "VPN: получаю 789 ошибку"),
    ("809", "VPN 一直809"),
    ("809", "IKEv2下返回809错误该如何调整"),
    ("809", "VPN 怎么都是809异常"),
    ("809", "windows11在ikev2模式下都是809异常"),
    ("809", "VPN: 結果依然出現 809 錯誤"),
    ("809", "VPN 接続すると809が出ます"),
    ("809", "VPN 809 오류가 납니다"),
    ("809", "VPN 809 hatası alıyorum"),
    ("809", "VPN: 809-es hiba"),
    ("789", "L2TP fails (789)"),
    ("809", "VPN fails, 809"),
    ("809", "VPN connect fails -> 809"),
    ("809", "VPN: it says 809"),
    ("809", "VPN: rasdial exit code 809"),
    ("829", "The VPN drops us with 829"),
    ("809", "VPN comes back with 809"),
    ("809", "VPN: the error I get is 809"),
    ("809", "Windows 11 fails with 809 on the VPN"),
    ("809", "The price table is fine, but the VPN fails with 809"),
    ("809", "Windows 11 VPN client failed to connect (809)"),
    ("789", "The laptops can't dial in any more: 789, L2TP"),
    ("809", "VPN doesn\u2019t connect - 809"),
    ("1931", "Laptop: event 20227, RasClient - error 1931"),
    ("1222", "RasClient 20227 (error 1222)"),
    ("812", "charon: generating IKE_AUTH response 9\nand here: error 812"),
    ("812", "VPN: Der zurückgegebene Ursachencode lautet: 812."),
    ("809", "VPN: Der Fehlercode ist 809"),
    ("809", "VPN : le code d'erreur est 809"),
    ("809", "VPN : le code d'erreur renvoyé en cas d'échec est 809"),
    ("812", "VPN Sede: il codice di errore restituito è 812"),
    ("789", "VPN: el código de error devuelto es 789"),
    ("868", "VPN: o código de erro retornado na falha é 868"),
    ("809", "VPN: de foutcode die is geretourneerd: 809"),
    ("809", "VPN: el código de error es 809"),
    ("809", "VPN: o código de erro é 809"),
    ("789", "VPN: il codice di errore è 789"),
    ("809", "VPN: felkoden är 809"),
    ("809", "VPN: hlásí chybu 809"),
    ("809", "VPN: kończy się błędem 809"),
    ("809", "VPN: virhe 809"),
    ("789", "VPN fejlkode 789"),
    ("809", "VPN: помилка 809"),
    ("809", "VPN: lỗi 809"),
    ("809", "VPN: 报错809"),
    ("809", "VPN: 错误：809"),
    ("809", "VPN: 에러 809"),
    ("789", "VPN: L2TP 789"),
    ("789", "VPN, since the update always L2TP: 789."),
    ("13801", "IKEv2 13801 when connecting"),
    ("809", "VPN by rasdial: ERRORLEVEL=809"),
    ("691", "rasdial VPN: %errorlevel% 691"),
    ("691", "rasdial VPN: the errorlevel is 691"),
    ("809", "rasdial VPN: $LASTEXITCODE is 809"),
    ("868", "VPN: %ERRORLEVEL% = 868"),
    ("809", "The VPN over port 443 fails with 809"),
    ("809", "VPN: the error page shows 809"),
    ("809", "VPN: 809が表示されるのはなぜですか"),
    ("809", "VPN 一直显示809"),
    ("809", "VPN: it shows 809 on the laptop"),
)

NO_ERROR = (
    "it shows 800 on the scale, VPN is up",
    "VPN room: the sensor reports 700 on its gauge",
    "VPN uses port 809",
    "The VPN gateway has 809 users",
    "VPN: KB5009543 and KB809 are installed",
    "VPN: see line 809",
    "VPN server shows 809 users",
    "We received 809 packets through the VPN",
    "VPN: getting 809 MB a day",
    "VPN: it fails with 809 users",
    "VPN: it failed 809 times",
    "VPN: after the failure 809 clients came back",
    "VPN: found 809 errors in the log",
    "VPN: 809 error messages",
    "VPN: build 809 fails",
    "VPN: it gets 809 of 900 leases",
    "VPN: it returns 10.809 and shows 809/tcp",
    "The printer fails with 809",
    "VPN: it received 13801 bytes",
    "Area code 809 has a VPN",
    "VPN 有809个用户",
    "VPN: 提示809个错误",
    "VPN: es gab 809 Fehler",
    "VPN: 809 erreurs",
    "The VPN dashboard shows 809 (up from 700) users",
    "VPN users, the monthly report shows 809.",
    "VPN: the throughput test gives 720 and more Mbps",
    "VPN: price is still 789",
    "VPN log: received 804, sent 900",
    "VPN tests passed 12 failed 809",
    "VPN: passed (900), failed (809)",
    "VPN: fails in 809, mostly",
    "VPN: HTTP request returns 700",
    "VPN: Die Rechnung zeigt 789 und",
    "VPN: le tableau affiche 809.",
    "VPN: 700 error-free days",
    "VPN: about 700 error codes",
    "VPN: 809 hata kaydı var",
    "VPN: 收到 809 封邮件",
    "VPN: chybí 809 uživatelů",
    "VPN: port shows 809 on the firewall",
    "VPN: the page 3 shows 691",
    "VPN: the VM gives 600 for the disk",
    "VPN: it gets 800 for its memory",
    "VPN: 809が表示されるのは正常なページ数",
    "VPN: ポート809が表示されます",
    "VPN: 端口显示809",
    "VPN users: L2TP 789",
    "VPN connections: IKEv2 620, L2TP 789, SSTP 809",
    "VPN: L2TP 789 clients",
    "VPN: if not errorlevel 809 (echo connected)",
    "VPN: @if %errorlevel%==691 echo wrong",
    "VPN:\nset errorlevel=809",
    "VPN: ERRORLEVEL=809 users",
    "VPN: we could not connect 809 users",
    "VPN: failed to connect (809 users)",
    "The printer cannot connect (809)",
    "VPN: MySQL error 1931",
    "RasClient is quiet; after 12 hours MySQL had error 1931",
    "VPN: the error on 700 lines",
    "The queue IKEA_AUTH_1 had error 812",
    "VPN: der Ursachencode fehlt, 812 Zeilen",
)

TOLD = (
    "If you keep getting 809, open the ports of the VPN.",
    "If the VPN connection fails with 809, check the ports.",
    "If IKEv2 fails with 13801, check the certificate.",
    "If L2TP fails with error 789, check the key of the VPN.",
    "The VPN may fail with 809",
    "Error 809 occurs when the ports of the VPN are blocked.",
    "VPN: wenn 809 kommt, Ports prüfen",
    "VPN: 当出现809错误时，请修改注册表",
    "VPN: 809エラーの対処方法",
    "VPN 809 错误的解决方法",
    "VPN: re-apply the Windows Error 809 fix and reboot.",
    "VPN: users need to install the reg fix for Error 809",
    "VPN: to avoid Error 809 add this registry key.",
    "How to fix the VPN 809 error",
    "VPN: error 809 is a Windows error code that means no answer.",
    "VPN: error 853 is most commonly caused by a certificate.",
    "VPN users may see the following message:\n\n> Error 809\n",
    "Common VPN errors:\n\n- The VPN fails with error 809.\n- Clients get error 13801.\n",
    "VPN error 809 on Windows\n\nError 809 usually means that no answer came.\n",
)


def evidence(text: str) -> list[str]:
    """The errors that a text is evidence of."""
    found = check_text(f"{text}\n", "ticket.txt").findings
    return sorted(each.subject.name or "" for each in found if each.code.startswith("RT"))


@cases(("code", "text"), MET)
def test_a_number_that_somebody_reports_is_evidence(code: str, text: str) -> None:
    assert evidence(text) == [code]


@pytest.mark.parametrize("text", NO_ERROR)
def test_a_number_of_something_else_is_none(text: str) -> None:
    assert evidence(text) == []


@cases("text", TOLD)
def test_a_number_that_is_told_for_a_case_is_none(text: str) -> None:
    assert evidence(text) == []


@cases(
    "text",
    [
        "VPN error 809 on Windows\n\nI know that error 809 usually means that no answer came.\n",
        "The fix for VPN error 809 did not help, I get error 809\n",
        "Is there a fix for VPN error 809?\n",
        "VPN: what is the fix for error 809?\n",
        "The VPN error 809 fix doesn't work\n",
        "Our VPN, problems:\n\n- The VPN fails with error 809.\n",
        "We see the following message:\n\n> VPN error 809\n",
        "Users cannot connect to the VPN [user name]: error 809\n",
    ],
)
def test_what_is_like_a_guide_and_tells_of_somebody_is_evidence(text: str) -> None:
    assert evidence(text) == ["809"]


def test_the_place_is_that_of_the_number() -> None:
    text = "it fails with 809, and the 789 error: 13801错误"
    assert sorted(text[slice(*place)] for place in reported(text)) == ["13801", "789", "809"]
