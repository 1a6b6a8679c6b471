"""An error that a text names for the case that it comes up, or with what it means, is none that was met."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text

TOLD = (
    "The VPN client is not configured for it. In that case, it returns error code `ERROR_IPSEC_IKE_ERROR` (13816).",
    "VPN: the peer rejects it with a notify containing an error code\n`ERROR_IPSEC_IKE_INVALID_SITUATION` (13863).",
    "VPN: `rasdial` ends with error 703 (normal for EAP), then it is connected.",
    "VPN: Error 703 is expected where EAP asks for a name.",
    "If client and server have no cipher in common, you get Windows' VPN error 13868.",
    "When the router drops UDP 500, the client will show VPN error 809.",
    'A DH group of both is what gets it past the VPN error "13868".',
    "What does the VPN say? If it is `Error 628`, enable CHAP.",
    "Which error of the VPN do you see? If it's error 809, open the ports.",
    "VPN: if that is the error 789, the key is wrong.",
    "3. If error 13806 is shown, enrol the machine certificate.",
    "When a user reports error 789 on the VPN, check the key.",
    "Should the VPN error 809 appear, look at the ports.",
    "In case of `error 13801` of the VPN look at the certificate.",
    "VPN down, and if the message says error 809, apply this.",
    "As a follow-up to my last post regarding Always On VPN error 13801, this one is longer.",
    "This post will cover the VPN error 13806.",
    "See the blog post on VPN error 809 for the ports.",
    "Much like the VPN error 13801 described previously, it is common.",
    "VPN: ein Beitrag zum Fehler 809 steht im Wiki.",
    'VPN: Falls die Fehlermeldung "Fehler 809" erscheint, prüfen Sie die Ports.',
    "VPN: Wenn der Fehler 809 auftritt, muss die Registry angepasst werden.",
    "VPN: Wenn Windows Fehler 789 meldet, ist der Schlüssel falsch.",
    "VPN: Sollte der Fehler 809 auftreten, bitte neu starten.",
    "VPN: Bei Fehler 809 sind die Ports gesperrt.",
    "VPN: Erscheint der Fehler 809, dann fehlt der Registry-Eintrag.",
    "VPN: Warum tritt Fehler 812 auf?",
    "Ein falsches Zertifikat kann beim VPN zu Fehler 13801 führen.",
    "Die Anmeldung am VPN kann mit dem Fehler 13801 fehlschlagen.",
    "Sans cela, la connexion VPN peut échouer avec l'erreur 13801.",
    "Sin esto, la VPN puede fallar con el error 13801.",
    "Sem isso, a VPN pode falhar com o erro 13801.",
    "Senza di esso, la VPN può fallire con l'errore 13801.",
    "Without it, Windows offers group 2 to the VPN first, which strongSwan rejects with `NO_PROPOSAL_CHOSEN`.",
    "Set the VPN value to 2: without this the tunnel ends with error 13868.",
    "Ohne das endet das VPN mit Fehler 13868.",
    "Sans cela, la connexion VPN échoue avec l'erreur 13868.",
    "Sin esto, la VPN falla con el error 13868.",
    "VPN: In diesem Fall könnte der Fehler 13801 auftreten.",
    "Wenn Ihr Windows 11 Always On VPN mit Fehler 812 fehlschlägt, ist das oft frustrierend.",
    "VPN : si l'erreur 809 s'affiche, vérifiez les ports.",
    "VPN : Si le client affiche l'erreur 789, vérifiez la clé.",
    "VPN : en cas d'erreur 809, ouvrez les ports UDP 500 et 4500.",
    "VPN : lorsque l'erreur 809 apparaît, modifiez le registre.",
    "Un mauvais certificat peut provoquer l'erreur 13801 du VPN.",
    "VPN: si aparece el error 809, revise los puertos.",
    "VPN: Si el cliente muestra el error 789, revise la clave.",
    "VPN: en caso de error 809 abra los puertos.",
    "VPN: cuando aparece el error 809 hay que modificar el registro.",
    "Sin esto, IKEv2 podría producir el error 13801: las credenciales de autenticación IKE no son aceptables.",
    "VPN. Si el nombre no coincide, se producirá un error en la conexión y se indicará el error 812.",
    "VPN: se aparecer o erro 809, verifique as portas.",
    "VPN: caso ocorra o erro 809, altere o registro.",
    "VPN: em caso de erro 809 abra as portas.",
    "Um certificado errado pode causar o erro 13801 na VPN.",
    "VPN: se compare l'errore 809, verificare le porte.",
    "VPN: in caso di errore 809 aprire le porte.",
    "Un certificato sbagliato può causare l'errore 13801 della VPN.",
    "VPN: если появляется ошибка 809, проверьте порты.",
    "VPN: если Windows выдаёт ошибка 789, проверьте ключ.",
    "VPN: при появлении ошибки 809 измените реестр.",
    "VPN: при ошибке 809 откройте порты.",
    "VPN: в случае ошибки 809 откройте порты.",
    "VPN: 如果出现错误 809，请修改注册表。",
    "VPN: 当出现错误809时，需要对windows进行修改注册表才能正确连接VPN",
    "VPN: 若遇到错误 809 请检查端口。",
    "VPN: 出现错误 809 时，请检查防火墙。",
    "VPN: 部分客户端可能需要卸载证书,否则可能会报错误 809",
    "VPN: エラー 809 が表示される場合は、ポートを確認してください。",
    "VPN: エラー 789 が表示されたときは、キーを確認します。",
    "Windows 11 VPNエラー 789 / 809 の原因と対処法",
    "VPN エラー 809 の対処方法",
    "VPN 错误 809 的解决方法",
    "VPN 错误 809 解决办法",
    "The appearance of error 13868 during a VPN connection attempt typically indicates a failure.",
    "A wrong EKU may result in error 13801 for IKEv2 VPN clients.",
    "VPN clients could then fail with error 13801.",
    "Andernfalls kann die IKEv2-Authentifizierung mit Fehler 13801 fehlschlagen.",
    "Без этого проверка подлинности IKEv2 может завершиться ошибкой 13801.",
    "Wenn der Name nicht stimmt, schlägt die Verbindung des VPN fehl, und es wird der Fehler 812 gemeldet.",
    "VPN: se o nome não corresponder, a conexão falhará, informando o erro 812.",
    "VPN: если имя не совпадает, произойдет сбой подключения с ошибкой 812.",
    'The server should refuse it and show a message such as "IKE authentication credentials are unacceptable".',
    "O servidor deve recusar a conexão e exibir uma mensagem como o erro 13801 do IKEv2.",
    "Сервер VPN должен отклонить подключение и отобразить сообщение, например ошибка 13801.",
    "Der VPN-Server sollte die Verbindung ablehnen und eine Meldung wie Fehler 13801 anzeigen.",
    "Le serveur VPN doit refuser la connexion et afficher un message comme l'erreur 13801.",
    "El servidor VPN debe rechazar la conexión y mostrar un mensaje como el error 13801.",
    "Il server VPN deve rifiutare la connessione e visualizzare un messaggio come l'errore 13801.",
    "若沒有這種情況，IKEv2 驗證可能會失敗，並出現錯誤13801：無法接受 IKE 驗證認證。",
    "VPN: 如果名稱不相符，連接將會失敗，並指出錯誤 812。",
    "1. RRAS 伺服器應拒絕 VPN 連線並顯示訊息，例如「錯誤 13801」。",
    (
        "Wenn der Name nicht stimmt, schlägt die Verbindung fehl, und es wird angegeben, dass die Verbindung aufgrund "
        "einer Richtlinie, die auf Ihrem RAS/VPN-Server konfiguriert wurde, verhindert wurde."
    ),
    "Senza questo, l'autenticazione IKEv2 potrebbe non riuscire con l'errore 13801.",
    "VPN: se il nome non corrisponde, la connessione avrà esito negativo, indicando l'errore 812.",
    "| 错误 809 | 无法建立 VPN 连接，因为远程服务器没有响应。 |\n|---|---|\n",
)
"""What a guide says, in the languages in which they are written."""

MET = (
    (809, "The VPN still ends with error 809 as described in the article."),
    (809, "I wrote a post about it; the VPN shows error 809."),
    (13801, "VPN: I do not know if error 13801 is related to the update."),
    (789, "When a user reported error 789 of the VPN today, I looked at the key."),
    (703, "The VPN shows error 703. Is that normal?"),
    (13801, "Since the certificate was changed the VPN fails for some. In that case it reports error 13801."),
    (809, "VPN: from home it does not work. In this case the client returns error 809."),
    (809, "VPN: I tried the cable and Wi-Fi, in either case it returns error 809."),
    (13868, "If I change the DH group, you get to see VPN error 13868."),
    (809, "Nothing gets it past VPN error 809."),
    (13868, "Without it my VPN fails with error 13868."),
    (13868, "Without this we see NO_PROPOSAL_CHOSEN in the log of the VPN."),
    (13868, "It does not help. Without it the same. The VPN still ends with error 13868."),
    (13868, "Ohne das bekomme ich am VPN Fehler 13868."),
    (809, "VPN: Wenn ich mich verbinde, kommt Fehler 809."),
    (809, "Beim Verbinden mit dem VPN erscheint Fehler 809."),
    (809, "VPN: bei mir kommt immer Fehler 809"),
    (809, "Kann keine VPN-Verbindung herstellen, Fehler 809"),
    (809, "Ich kann den VPN Fehler 809 nicht beheben"),
    (809, "Wenn der Client die VPN-Verbindung startet, erscheint Fehler 809."),
    (809, "Wenn der Client verbindet, schlägt das VPN mit Fehler 809 fehl."),
    (809, "VPN: se conecto pelo celular, aparece o erro 809"),
    (13801, "The VPN should work, but I get a message such as error 13801."),
    (13801, "Der VPN-Server sollte laufen, ich bekomme aber eine Meldung wie Fehler 13801."),
    (
        812,
        "VPN: Windows meldet, dass die Verbindung aufgrund einer Richtlinie auf dem RAS/VPN-Server verhindert wurde.",
    ),
    (809, "VPN: Warum bekomme ich Fehler 809?"),
    (809, "VPN : lorsque je me connecte, j'obtiens l'erreur 809"),
    (809, "Le VPN ne peut pas se connecter, erreur 809"),
    (789, "Impossible de se connecter au VPN : erreur 789"),
    (809, "VPN: al conectar me aparece el error 809"),
    (809, "No puedo conectar la VPN, error 809"),
    (809, "VPN: cuando intento conectar sale el error 809"),
    (809, "Ao conectar a VPN aparece o erro 809"),
    (789, "Não consigo conectar na VPN, erro 789"),
    (809, "Quando mi collego alla VPN ricevo l'errore 809"),
    (809, "При подключении VPN возникает ошибка 809"),
    (809, "Не могу подключиться к VPN, ошибка 809"),
    (809, "Если подключаюсь по VPN с телефона, всё работает, а с ноутбука ошибка 809"),
    (809, "VPN 连接时出现错误 809"),
    (809, "VPN连接时会出现错误 809，求助"),
    (809, "当我连接VPN时出现错误 809"),
    (809, "事件查看器里的报错是：的拨号连接，该连接已失败。失败后返回的错误代码为 809。VPN"),
    (809, "VPN 接続するとエラー 809 が表示されます"),
    (809, "VPNに接続できません。エラー 809"),
    (809, "VPN エラー 809 の原因がわかりません"),
    (809, "I could not connect to the VPN, error 809"),
    (809, "VPN may be down, users get error 809"),
    (809, "Each time we could see error 809 in the VPN client."),
    (809, "VPN bağlantısında hata 809 alıyorum"),
    (809, "Błąd 809 podczas łączenia z VPN"),
    (809, "VPN verbinding mislukt, fout 809"),
    (809, "Fel 809 när jag ansluter till VPN"),
    (809, "Chyba 809 při připojení VPN"),
    (809, "VPN 연결 오류 809"),
    (809, "I do not know if it is error 809 or the firewall that stops the VPN."),
    (809, "VPN: the error is 809, if it helps."),
)
"""What somebody says who has met an error, in words like those of guides."""

GUIDE = """### <a name="error-code-800"></a>Código de error: 800

- **Descripción del error.** No se pudo crear ninguno de los túneles VPN que se probaron.

### <a name="error-code-809"></a>Código de error: 809

- **Descripción del error.** No se pudo establecer la conexión de red entre el equipo y el servidor VPN porque
  el servidor remoto no responde.

### Código de error: 13801

- **Descripción del error.** Las credenciales de autenticación IKE no son aceptables.
"""


def evidence(text: str, name: str = "ticket.txt") -> list[str]:
    """The errors that a text is evidence of."""
    report = check_text(text, name)
    assert report.crashes == ()
    return [each.subject.name or "" for each in report.findings if each.code.startswith("RT")]


@cases("text", TOLD)
def test_an_error_that_is_told_for_a_case_is_no_evidence(text: str) -> None:
    assert evidence(f"{text}\n") == []


def test_a_guide_that_tells_of_one_error_after_another_is_no_evidence() -> None:
    """Nor is what it says of them once more, in other words."""
    assert evidence("".join(f"{text}\n\n" for text in (*TOLD, *reversed(TOLD)))) == []


@cases(("code", "text"), MET)
def test_an_error_that_somebody_met_is_evidence(code: int, text: str) -> None:
    assert evidence(f"{text}\n") == [str(code)]


def test_sections_on_errors_that_tell_what_each_means_are_no_evidence() -> None:
    assert evidence(GUIDE, "guide.txt") == []


@cases(
    ("first", "codes"),
    [
        ("# Fix VPN error 13801 on Windows 11", []),
        ("Can't connect to <connection name>: the VPN ended with error 13801.", []),
        ("Can't connect to <connection name>: IKE authentication credentials\nare unacceptable.", []),
        ("Can't connect to Head office: IKE authentication credentials\nare unacceptable.", ["13801"]),
        ("CoId=%1: the user %2 failed: IKE authentication credentials\nare unacceptable.", []),
        ("I see VPN error 13801 on Windows 11", ["13801"]),
        ("The VPN of the branch ended with error 13801.", ["13801"]),
        ("VPN error 809 on Windows 11", ["809"]),
    ],
)
def test_the_title_of_a_guide_that_explains_an_error_is_no_evidence(first: str, codes: list[str]) -> None:
    assert evidence(f"{first}\n\nError 13801 usually means that the certificate lacks the EKU.\n") == codes


@cases(
    ("text", "codes"),
    [
        ("VPN: ![fix-policy-match-error-01.png](fix-policy-match-error-01.png)", []),
        ("VPN: see docs/policy_match_error.md", []),
        ("VPN dialog: -Policy match error", ["13868"]),
        ("VPN dialog: Policy match error.", ["13868"]),
    ],
)
def test_the_name_of_a_file_is_not_what_windows_said(text: str, codes: list[str]) -> None:
    assert evidence(f"{text}\n") == codes


@cases(
    ("text", "codes"),
    [
        ("**Symptom:** the VPN fails with error 809.\n\n**Fix:** a\n\n**Symptom:** error 13868\n\n**Fix:** b\n", []),
        ("- Symptômes : VPN, erreur 809\n- Symptômes: VPN, erreur 789\n", []),
        ("Symptom: the VPN fails with error 809.\nSince: Monday\n", ["809"]),
    ],
)
def test_a_list_of_what_several_problems_look_like_is_no_evidence(text: str, codes: list[str]) -> None:
    assert sorted(evidence(text)) == sorted(codes)
