"""Words by which people tell machines, and the states of one, apart in headings and labels, in several languages.

These are words of people, none of Windows' own: nouns for a machine, what qualifies these, and what says nothing of it.
"""

from __future__ import annotations


def _each(words: str) -> frozenset[str]:
    return frozenset(words.split())


ROLES = {
    "SERVER": "server servers",
    "CLIENT": "client clients",
    "GATEWAY": "gateway gateways gw",
    "ROUTER": "router routers",
    "FIREWALL": "firewall firewalls fw",
    "HUB": "hub",
    "SPOKE": "spoke spokes",
    "INITIATOR": "initiator",
    "RESPONDER": "responder",
    "HQ": "hq headquarters",
    "CONTROLLER": "controller controllers dc domänencontroller",
    "WORKSTATION": "workstation workstations laptop laptops",
    "ZENTRALE": "zentrale hauptstelle",
    "FILIALE": "filiale außenstelle niederlassung",
    "GEGENSTELLE": "gegenstelle",
    "SERVEUR": "serveur serveurs",
    "PASSERELLE": "passerelle",
    "SIÈGE": "siège",
    "AGENCE": "agence",
    "SERVIDOR": "servidor servidores",
    "CLIENTE": "cliente clientes",
    "SUCURSAL": "sucursal",
    "SERWER": "serwer serwera serwerze serwery",
    "KLIENT": "klient klienta kliencie klienci",
    "BRAMA": "brama bramy bramie",
    "CENTRALA": "centrala centrali",
    "ODDZIAŁ": "oddział oddziału oddziale",
    "СЕРВЕР": "сервер сервера сервере",
    "КЛИЕНТ": "клиент клиента клиенте",
    "ШЛЮЗ": "шлюз шлюза шлюзе",
    "ФИЛИАЛ": "филиал филиала филиале",
    "サーバー": "サーバー サーバ",
    "クライアント": "クライアント",
    "ゲートウェイ": "ゲートウェイ",
    "本社": "本社",
    "支社": "支社 支店",
    "服务器": "服务器 服务端",
    "伺服器": "伺服器",
    "客户端": "客户端",
    "用戶端": "用戶端",
    "网关": "网关",
    "总部": "总部",
    "分支": "分支 分部",
}
"""What a machine is called that needs no word beside it, and how people write that."""
SIDES = {
    "LEFT": "left linke linker links gauche izquierda izquierdo sinistra sinistro lewa lewy левая левый 左側 左侧",
    "RIGHT": "right rechte rechter rechts droite derecha derecho destra destro prawa prawy правая правый 右側 右侧",
}
"""Sides, which may qualify a role too."""
KINDS = {
    "HOST": "host hosts",
    "MACHINE": "machine machines",
    "NODE": "node nodes",
    "END": "end ends",
    "SIDE": "side sides",
    "COMPUTER": "computer computers",
    "SITE": "site sites",
    "OFFICE": "office",
    "RECHNER": "rechner",
    "STANDORT": "standort",
    "KNOTEN": "knoten",
    "SEITE": "seite seiten",
    "POSTE": "poste postes",
    "CÔTÉ": "côté côtés",
    "EQUIPO": "equipo equipos",
    "SEDE": "sede",
    "SITIO": "sitio",
    "LADO": "lado lados",
    "MACCHINA": "macchina macchine",
    "SITO": "sito",
    "LATO": "lato lati",
    "KOMPUTER": "komputer komputera komputerze",
    "STRONA": "strona strony stronie",
    "ХОСТ": "хост хоста хосте",
    "УЗЕЛ": "узел узла узле",
    "КОМПЬЮТЕР": "компьютер компьютера компьютере",
    "ОФИС": "офис офиса офисе",
    "СТОРОНА": "сторона стороны стороне",
    "拠点": "拠点",
    "ホスト": "ホスト",
    "主机": "主机",
    "站点": "站点",
}
"""The same of what needs a letter, a number or a word that tells it from others: each text has a host."""
STEMS = _each(
    "srv svr server client host node dc fs web app db sql gw gateway router fw vm pc ws wks workstation nps ras rras "
    "dns dhcp exch mx proxy hv print prn machine computer rechner serveur servidor"
)
"""What names of machines end with before their number."""
NAMES = _each("host server client computer machine node rechner")
"""What a field is called, alone or with `name` behind it, whose value is the name of a machine."""
PLACED = _each("on auf sur su en na на")
"""What stands before a machine on which something was typed."""
WITH_INDEX = {"ENDPOINT": "endpoint", "PEER": "peer", "PC": "pc", "VM": "vm"}
"""What is told by a letter or a number alone: outputs have a remote endpoint."""
TELLING = _each(
    "windows linux ubuntu debian strongswan libreswan cisco mikrotik fortigate pfsense juniper azure aws local remote "
    "file web sql db database app application mail print radius nps domain member branch head main central corporate "
    "first second east west north south near far other lokale lokaler entfernte entfernter erster zweiter distant "
    "distante premier locale remoto remota lokalny lokalna zdalny zdalna локальный локальная удаленный удалённый "
    "удаленная удалённая главный центральный"
)
"""What tells one machine from another of its kind."""
PLATFORMS = _each(
    "windows linux ubuntu debian centos rhel freebsd openbsd strongswan libreswan openswan charon racoon cisco asa ios "
    "mikrotik routeros fortigate fortios pfsense opnsense juniper junos srx vyos openwrt sonicwall watchguard sophos "
    "paloalto checkpoint edgerouter unifi lancom bintec zyxel draytek azure aws gcp"
)
"""Systems and products: two of them, one heading each, are two ends."""
ENDS = {
    "LOCAL": "local lokal lokale lokales lokaler lokalen locale lokalny lokalna lokalnie локальный локальная "
    "локально ローカル 本地",
    "REMOTE": "remote entfernt entfernte entfernter entfernten distant distante remoto remota zdalny zdalna zdalnie "
    "удаленный удаленная удалённый удалённая リモート 远程",
    "OUR": "our ours us unsere unserer unser nostra nostro nuestra nuestro notre nasza nasz наша наш 我方 当方 自社",
    "PEER": "peer peers their theirs them partner partners customer gegenseite kunde kunden correspondant partenaire "
    "socio contraparte controparte partnera партнер партнёр 对端 対向 相手 相手側",
}
"""What tells one of two ends, where a heading tells of the other one too."""
NEUTRAL = _each("vpn ipsec ikev2 ike l2tp rras ras s2s")
"""What each of them may have."""
NOTHING = _each(
    "the your our a an on at from for of in to run execute command "
    "commands step steps rule rules policy policies "
    "setting settings config configs configuration configure configuring set setup setting up prepare preparing "
    "output outputs log logs export exports result results script scripts auf dem der des die das den am vom von für "
    "im beim konfiguration konfigurieren einstellungen befehle ausgabe regeln einrichten einrichtung skript sur le la "
    "les du de configurer paramètres commandes sortie règles en el los del configuración configurar comandos salida "
    "reglas sul sulla comandi uscita regole configurazione configurare dal della po na konfiguracja skonfiguruj "
    "polecenia ustawienia reguły на настройка настройки конфигурация настроить команды вывод правила "
    "側 の 設定 で 出力 コマンド 上 在 侧 端 配置 设置 設置 命令 输出 规则 的"
)
"""What says nothing of which machine it is."""
SAYING = _each("this is here's here i we you got get see have it same looks shows says gives gave what below")
"""The same, of a sentence that says what is shown below it."""
SETS_UP = _each(
    "and und et y e i и install installing installation installieren installer instalar instalación deploy deploying "
    "установка установить 安装 部署 搭建 インストール"
)
"""The same, of what is done first: before it and after it are steps."""
BOTH = _each(
    "both beide beiden deux ambos ambas entrambi entrambe oba oba obie obu обе оба обеих 両方の 両方 两端 双方"
)
EVERY = _each("all each every alle allen jeder jedem tous toutes todos todas tutti wszystkie все всех")
NUMBER_WORDS = _each("one two three four eins zwei uno dos due")
BEFORE = _each("before beforehand vorher vor avant antes prima przed до 変更前 修改前 变更前 更改前")
AFTER = _each("after afterwards nachher nach après después dopo po после 変更後 修改后 变更后 更改后")
"""Before and after a change."""
OLD = _each(
    "old previous alt alte alten alter bisher ancien ancienne anterior antigua precedente stary stara старая старый"
)
NEW = _each("new neu neue neuen neuer nouveau nouvelle nuevo nueva nuovo nuova nowy nowa новая новый")
"""The same as what qualifies a noun: an old server and a new one are two."""
CHANGES = _each(
    "change changes changing fix fixes update upgrade hardening migration patch repair state status "
    "änderung änderungen anpassung umstellung zustand modification modifications changement cambio cambios "
    "modifica modifiche zmiana zmianą zmianie zmianami изменение изменения изменений изменением настроек"
)
"""What such a state is before or after."""
