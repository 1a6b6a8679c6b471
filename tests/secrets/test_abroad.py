"""Keys and passwords behind the words of other languages are masked; the words alone, and ciphers, are not."""

from __future__ import annotations

from ipseclint import secrets
from tests.cases import cases

LABELS = (
    *("Vorab geteilter Schlüssel", "Zuvor vereinbarter Schlüssel", "Clef pré-partagée", "Phrase secrète", "口令"),
    *("共享机密", "预共享金钥", "共用密碼", "パスフレーズ", "暗証番号", "Предварительный общий ключ"),
    *("Vorinstallierter Schlüssel", "vorinstallierter Schluessel", "Gemeinsamer geheimer Schlüssel", "IKE-Schlüssel"),
    *("Gemeinsames Geheimnis", "Kennwort", "Tunnelkennwort", "Passwort (VPN)", "Passwort für den Tunnel"),
    *("Schlüsselinhalt", "Clé prépartagée", "Clé pré-partagée", "Cle prepartagee", "Secret partagé", "Mot de passe"),
    *("Contenu de la clé", "Clave precompartida", "Clave previamente compartida", "Secreto compartido", "Contraseña"),
    *("Contenido de la clave", "Chiave precondivisa", "Segreto condiviso", "Parola d'ordine", "Contenuto chiave"),
    *("Chave pré-partilhada", "Chave pré-compartilhada", "Segredo compartilhado", "Palavra-passe", "Senha"),
    *("Conteúdo da Chave", "Vooraf gedeelde sleutel", "Gedeeld geheim", "Wachtwoord", "Klucz wstępny", "Hasło"),
    *("Klucz wstępnie udostępniony", "I förväg delad nyckel", "Delad hemlighet", "Lösenord", "Forhåndsdelt nøgle"),
    *("Adgangskode", "Forhåndsdelt nøkkel", "Passord", "Esijaettu avain", "Salasana", "Předsdílený klíč", "Heslo"),
    *("Előmegosztott kulcs", "Jelszó", "Önceden paylaşılan anahtar", "Ön paylaşımlı anahtar", "Şifre", "Parola"),
    *("Cheie prepartajată", "Общий ключ", "Предварительно согласованный ключ", "Пароль для VPN", "Общий секрет"),
    *("Спільний ключ", "Προκοινόχρηστο κλειδί", "Κωδικός πρόσβασης", "预共享密钥", "密码", "預先共用金鑰", "密碼"),
    *("事前共有キー", "事前共有鍵", "共有シークレット", "パスワード", "미리 공유한 키", "사전 공유 키", "비밀번호"),
    *("암호", "מפתח משותף", "סיסמה", "كلمة المرور"),
    *("Mot de passe VPN", "Förutdelad nyckel", "Sdílené tajemství", "Parolă", "Προμοιρασμένο κλειδί", "مفتاح مشترك"),
    *("Kata sandi", "Kunci yang dibagikan", "Khóa chia sẻ trước", "Mật khẩu", "Споделен ключ", "Парола"),
    *("Unaprijed dijeljeni ključ", "Lozinka", "Geslo", "Slaptažodis", "Salasõna", "Parool", "Clau compartida"),
)
KEY = "Bravolkune"


@cases("label", LABELS)
def test_what_a_label_of_another_language_announces_is_masked(label: str) -> None:
    for sign in (": ", " : ", ":\t", " = ", *(() if "é" in label or label.isascii() else ("：",))):
        for text in (f"{label}{sign}{KEY}\nnext: 1", f'{{"{label}": "{KEY}", "next": 1}}'):
            places, _ = secrets.keys_in(text)
            assert [text[begin:end].strip() for begin, end in places] == [KEY], text


@cases("label", LABELS)
def test_a_cell_beside_or_below_such_a_label_is_masked(label: str) -> None:
    for text in (
        f"Site;{label}\nhere;{KEY}\n",
        f"Site\t{label}\tPeer\nhere\t{KEY}\tx\n",
        f"Site | {label} |\nhere | {KEY} |\n",
        f"| {label} | {KEY} |\n",
        f"<tr><td>{label}</td><td>{KEY}</td></tr>",
    ):
        places, _ = secrets.keys_in(text)
        assert [text[begin:end].strip() for begin, end in places] == [KEY], text


@cases(
    "text",
    [
        "Name;Kennwortalter\nhere;42\n",
        "<tr><td>Kennwort</td><td>Richtlinie</td><td>Bravolkune</td></tr>",
        "Konto, Kennwort und Dienst\n\nBravolkune\n",
        "| Ablauf | Kennwort | Wert |\n",
    ],
)
def test_a_cell_of_another_column_is_not_masked(text: str) -> None:
    assert secrets.keys_in(text)[0] == []


@cases(
    ("text", "hidden"),
    [
        ("la clave es Abc7efgh, y", "Abc7efgh"),
        ("la clé est Abc7efgh.", "Abc7efgh"),
        ("der Schlüssel lautet Abcdefgh", "Abcdefgh"),
        ("Passwort für den Tunnel ist Abc7efgh", "Abc7efgh"),
        ("la clé prépartagée est « Abc7 efgh », le mot de passe est long", " Abc7 efgh "),
        ("a chave é 'ab cd'", "ab cd"),
        ("Parola chiave: Abc7efgh", "Abc7efgh"),
        ('"palavra-chave": "Abc7efgh"', "Abc7efgh"),
        ("รหัสผ่าน: Bravolkune\nnext: 1", "Bravolkune"),
        ("Пароль для VPN — Bravo7lkune\nnext: 1", "Bravo7lkune"),
    ],
)
def test_what_a_sentence_says_that_a_key_is_is_masked(text: str, hidden: str) -> None:
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == [hidden]


@cases(
    "text",
    [
        "Schlüssel: HKLM\\SOFTWARE\\Policies",
        "der Schlüssel ist lang genug, und die Clave: AES256",
        "Kennwortlänge: 12 und Passwörter: 3",
        "암호: AES-256\n密码：SHA256",
        "clé de registre : HKLM\\SYSTEM",
        "vehicle: one; enclave: two; the article est three",
        "Kennwort = $env:next",
        "une clé partagée",
        "Der Schlüssel ist HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent, sein Wert 2",
        "la clé est HKLM:\\SOFTWARE\\Policies",
        "De sleutel is HKEY_LOCAL_MACHINE\\SYSTEM",
        "Der Schlüssel ist 2048-Bit lang",
        "La clave es RSA-2048",
        "la clé est AES-256-GCM",
        "parola chiave: VPN\npalavra-chave: IPsec",
        "la clé est Services\\PolicyAgent, sa valeur est 2",
        "Passwort Ablauf: 90\nKennwort Richtlinie: 14 Zeichen",
        "parole: 2024\nParole – 2024",
        "Пароль — это слово",
    ],
)
def test_a_word_alone_a_key_of_the_registry_and_a_cipher_are_not_masked(text: str) -> None:
    assert secrets.keys_in(text)[0] == []
