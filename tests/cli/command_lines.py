"""The command lines whose answers are stored, each line run by itself, in order: see `test_stored_answers`."""

DAY = "--as-of 2026-06-01"
SELECTED = f"--select QD,RT,FL {DAY}"
"""A part of the rules, so that a new rule of another family changes no answer; and a day."""

MORE = (
    "ike-log",
    "gateway-xml",
    "wfp-netevents",
    "advfirewall-show",
    "swanctl-conf",
    "ipsec-conf",
    "vpn-profile-xml",
    "cloud-gateway",
    "powershell-json",
    "powershell-script",
)
FOLDERS = {
    "runs": "runs",
    **{f"formats/{name}": f"formats/{name}" for name in ("netsh-script", "peer", "vpn-phone-book")},
    **{f"formats/{name}": f"more/{name}" for name in MORE},
}
"""The fixtures that the lines read, and where they lie then; no store has what is in `more`."""

TABLES = ("inputs", "machines", "objects", "findings", "problems", "clauses", "notes")
ISOLATION = "formats/netsh-script/isolation.bat"
ANSWERS = {
    "check-text": f"check runs/demo {SELECTED} -v --show-sources",
    "check-by-object": f"check runs/docs {SELECTED} --group-by object --sort place",
    "check-by-file": f"check runs/docs {SELECTED} --group-by file --sort rule --statistics",
    "check-markdown": f"check runs/docs runs/demo {SELECTED} -v -o markdown",
    "check-partial": f"check formats/netsh-script/menu.cmd formats/peer formats/vpn-phone-book {SELECTED} -o markdown",
    "check-concise": f"check runs/docs {SELECTED} -o concise -v",
    "check-csv": f"check runs/docs {SELECTED} -o csv --action-plan",
    "check-redacted": f"check runs/docs {SELECTED} --redact -o json",
    "check-clauses": "check runs/docs --ruleset bsi-tr-02102-3 -o markdown",
    "check-github": "check runs/docs --ruleset bsi-tr-02102-3 -o github",
    "check-azure": "check runs/docs --ruleset nist-sp800-77r1 -o azure",
    "check-junit": f"check runs/docs {SELECTED} -o junit",
    "check-gitlab": f"check runs/docs {SELECTED} -o gitlab",
    "check-sarif": f"check runs/docs {SELECTED} -o sarif",
    "check-html": "check runs/docs runs/demo --ruleset cnsa-2.0 --as-of 2026-06-01 -o html:report.html",
    "check-nothing": "check nothing-here",
    "check-no-policy": "check runs/demo/ipseclint.toml",
    "diff-text": f"diff runs/docs/policy.cmd runs/load/costly.cmd {SELECTED}",
    "diff-markdown": f"diff runs/docs/policy.cmd runs/load/costly.cmd {SELECTED} -o markdown",
    "diff-json": f"diff runs/docs/policy.cmd runs/load/costly.cmd {SELECTED} -o json",
    "diff-html": f"diff runs/docs/policy.cmd runs/load/costly.cmd {SELECTED} -o html:difference.html",
    "diff-domain-isolation": f"diff runs/first/policy.cmd runs/domain-isolation/policy.cmd {SELECTED} -o markdown",
    "diff-script": f"diff runs/docs/policy.cmd runs/demo/policies/servers.cmd {SELECTED} --script netsh",
    "diff-script-powershell": f"diff runs/docs/policy.cmd runs/first/policy.cmd {SELECTED} --script powershell",
    "diff-peers": "diff runs/docs/policy.cmd runs/load/costly.cmd --peers runs/demo/policies --no-findings",
    "diff-same": f"diff runs/docs/policy.cmd runs/docs/policy.cmd {SELECTED}",
    "negotiate-text": "negotiate runs/docs/scripts/hub.cmd runs/docs/scripts/branch.cmd --as-of 2026-06-01",
    "negotiate-markdown": "negotiate runs/docs/scripts/hub.cmd runs/docs/policy.cmd -o markdown --as-of 2026-06-01",
    "negotiate-json": "negotiate runs/docs/scripts/hub.cmd runs/docs/policy.cmd -o json --as-of 2026-06-01",
    "negotiate-html": "negotiate runs/docs/scripts/hub.cmd runs/docs/policy.cmd -o html:ends.html --as-of 2026-06-01",
    "negotiate-folder": "negotiate runs/docs/scripts --as-of 2026-06-01",
    "negotiate-folder-markdown": "negotiate runs/demo/policies -o markdown --as-of 2026-06-01",
    "negotiate-write-peer-of-certificates": f"negotiate {ISOLATION} {ISOLATION} --write-peer",
    "negotiate-peers": "negotiate --peers",
    "negotiate-shipped": "negotiate runs/domain-isolation/policy.cmd azure-gateway --as-of 2026-06-01",
    "negotiate-write-peer": "negotiate runs/docs/scripts/hub.cmd runs/docs/policy.cmd --write-peer",
    "which": "which runs/domain-isolation/policy.cmd --src 10.0.0.5 --dst 10.0.1.7",
    "which-packet": "which runs/docs/policy.cmd --src 10.1.0.5 --dst 10.2.2.3 --proto tcp --dport 445 --profile domain",
    "which-in-json": "which runs/docs/policy.cmd --src 10.2.1.7 --dst 10.1.0.5 --proto tcp --direction in -o json",
    "coverage": "coverage runs/domain-isolation/policy.cmd",
    "coverage-in": "coverage runs/docs/policy.cmd --direction in --listed 2",
    "coverage-json": "coverage runs/domain-isolation/policy.cmd --profile domain --listed 3 -o json",
    "inspect": "inspect runs/docs runs/incident",
    "inspect-json": "inspect runs/load/costly.cmd runs/first -o json",
    "fix-netsh": "fix runs/docs/policy.cmd --as netsh",
    "fix-powershell": "fix runs/load/costly.cmd --as powershell --include-risky --allow-lowering",
    "fix-verify": "fix runs/first/policy.cmd --verify",
    "fix-diff": "fix runs/first/policy.cmd --diff",
    "explain-rule": "explain QD002",
    "explain-error": "explain 13811 -o markdown",
    "explain-event": "explain 4653 -o json",
    "waive": "waive QD002 runs/first/policy.cmd --reason Agreed --owner me --ticket T-1 --file w.toml",
    "baseline": "baseline create runs/first --file known.json",
    "rulesets": "rulesets --clauses bsi-tr-02102-3",
    "formats": "formats",
    "config": "config show",
    "load-json": "load runs/load/policy.cmd --peers 4000 -o json",
    "collect-script": "collect-script",
    "store": f"check runs/docs runs/demo {SELECTED} -o duckdb:first.duckdb",
    **{f"store-{name}": f'fleet query new.duckdb "FROM {name}" -o csv' for name in TABLES},
    "store-runs": 'fleet query new.duckdb "SELECT * EXCLUDE (key_mark) FROM runs" -o csv',
    "fleet-report": "fleet report old.duckdb new.duckdb --limit 4",
    "fleet-report-html": "fleet report old.duckdb new.duckdb -o html:fleet.html",
    "fleet-compare": "fleet compare old.duckdb new.duckdb",
    "fleet-compare-json": "fleet compare new.duckdb old.duckdb -o json",
    "fleet-query": 'fleet query new.duckdb "SELECT code, count(*) FROM findings GROUP BY code ORDER BY code"',
    "fleet-merge-again": "fleet merge old.duckdb new.duckdb -o duckdb:both.duckdb",
    "app": """
        --version
        chekc runs
        no-such-thing
        check runs/first --nonsense
        check runs/first -f json
        explain -2147023085
        formats rasphone""",
    "check-refused": """
        check runs/first -o nonsense
        check runs/first -o csv:a.csv -o json:a.csv
        check runs/first -o csv:runs/first/policy.cmd
        check runs/first -o report.md
        check runs/first -o report.htm
        check runs/first -o report.txt
        check runs/first -o png:a.png
        check runs/first -o duckdb
        check runs/first -o parquet
        check runs/first -o duckdb:runs/first/policy.cmd
        check runs/first -o csv:no/such/folder.csv
        check runs/first -o json --format csv
        check runs/first --redact-map map.json
        check runs/first --sort wrong
        check runs/first --group-by wrong
        check runs/first --fail-on wrong
        check runs/first --ruleset wrong
        check runs/first --select QD999
        check runs/first --ignore nonsense
        check runs/first --config nothing.toml
        check runs/first --waivers nothing.toml
        check runs/first --baseline nothing.json
        check runs/first --since runs/docs/site.toml
        check runs/first --shard 3/2
        check runs/first --shard half
        check runs/first --as-of tomorrow
        check runs/first --input-timeout 0
        check - --watch
        check s3://bucket/policy.cmd""",
    "check-written": """
        check runs/first -o csv:written/findings.csv
        check runs/first --select QD001 -o json:first.json -o csv:first.csv
        check runs/first --select QD001,CR002 --since first.json
        check runs/first --select QD001 --since first.json --fail-on never
        check runs/first --select QD001 --since first.json --statistics
        check runs/first --select QD001 -o concise --quiet --fail-on info
        check runs/docs --select QD --redact --redact-map words.json -o csv""",
    "check-waived": f"""
        check runs/demo --config runs/demo/ipseclint.toml {DAY} -v
        check runs/demo --config runs/demo/ipseclint.toml {DAY} -o sarif
        check runs/demo --config runs/demo/ipseclint.toml {DAY} -o junit -v
        check runs/demo --config runs/demo/ipseclint.toml {DAY} -o gitlab
        check runs/demo --config runs/demo/ipseclint.toml {DAY} -o json
        check runs/demo/change runs/demo/policies {DAY} --waivers runs/demo/ipseclint-waivers.toml
        check runs/demo --isolated --select QD001 -o concise""",
    "check-other-inputs": f"""
        check more/ike-log {DAY}
        check more/gateway-xml {DAY}
        check more/wfp-netevents {SELECTED}
        check more/wfp-netevents {SELECTED} -o jsonl
        check formats/peer -o concise
        check more/advfirewall-show {SELECTED} -o json
        check formats/netsh-script/menu.cmd --allow-partial {SELECTED} -o sarif
        check formats/netsh-script/menu.cmd {SELECTED} -o junit
        check formats/netsh-script/menu.cmd {SELECTED} -o azure
        check formats/netsh-script/menu.cmd {SELECTED} -o gitlab
        check formats/netsh-script/menu.cmd {SELECTED} -o concise
        check formats/netsh-script/menu.cmd {SELECTED} -o github
        check formats/netsh-script/menu.cmd {SELECTED} -o jsonl
        check runs/first runs/demo --machine ONE {SELECTED} -o concise
        check - --stdin-filename piped.cmd {SELECTED} -o concise < runs/first/policy.cmd
        check runs/demo/pipeline.sh runs/first/policy.cmd --any-files --select QD001
        check runs/demo/pipeline.sh
        check runs/demo/pipeline.sh --allow-empty
        check runs/first --ruleset bsi-tr-02102-3 {DAY}
        check runs/incident {SELECTED} -v
        check runs/incident {SELECTED} -o json""",
    "check-html-of-events": f"check runs/incident formats/netsh-script/menu.cmd {SELECTED} -o html:incident.html",
    "check-colour": f"check runs/first {SELECTED} --color",
    "check-own-rules": """
        rules test runs/docs/ours.toml
        rules test runs/docs/site.toml
        rules test runs/demo/ipseclint.toml
        check runs/docs/policy.cmd --ruleset runs/docs/ours.toml --select ORG001 -o json
        explain ORG001 --ruleset runs/docs/ours.toml""",
    "rules": """
        rules --ruleset cnsa-2.0
        rules --ruleset nothing
        rules --ruleset bsi-tr-02102-3 -o markdown""",
    "rulesets-more": """
        rulesets -o json
        rulesets --clauses cnsa-2.0 -o json
        rulesets --clauses nothing""",
    "baseline-more": """
        baseline create runs/first --file known-more.json
        baseline create runs/first --file known-more.json
        baseline update runs/demo --file known-more.json --shrink-only
        baseline update runs/docs --file known-more.json
        baseline update runs/docs --file nothing.json
        baseline create formats/netsh-script/menu.cmd --file menu.json
        baseline create runs/first --file no/such/folder.json
        baseline create runs/first --file other.json --config nothing.toml""",
    "config-more": """
        config show --config runs/demo/ipseclint.toml
        config show --config nothing.toml""",
    "diff-refused": """
        diff - -
        diff runs/first runs/docs/policy.cmd --fail-on wrong
        diff runs/first runs/docs/policy.cmd --select wrong
        diff runs/first runs/docs/policy.cmd --peers-after runs/demo
        diff runs/first runs/docs/policy.cmd -o csv
        diff runs/first/policy.cmd runs/docs/policy.cmd -o json:runs/first/policy.cmd
        diff formats/netsh-script/menu.cmd runs/docs/policy.cmd --script netsh
        diff runs/demo/pipeline.sh runs/demo/pipeline.sh
        diff runs/demo/pipeline.sh runs/demo/pipeline.sh --allow-empty
        diff nothing runs/first""",
    "diff-more": f"""
        diff formats/netsh-script/menu.cmd runs/docs/policy.cmd {SELECTED}
        diff formats/netsh-script/menu.cmd runs/docs/policy.cmd {SELECTED} -o markdown --allow-partial
        diff runs/demo/policies/servers.cmd runs/demo/change/policies/servers.cmd {SELECTED} --fail-on info
        diff runs/demo/policies/servers.cmd runs/demo/change/policies/servers.cmd {SELECTED} -o markdown
        diff runs/first runs/docs/policy.cmd --no-findings --backup runs/demo/policies --config runs/docs/site.toml
        diff runs/first runs/docs/policy.cmd --no-findings --backup runs/demo/policies -o markdown
        diff runs/first runs/docs/policy.cmd --no-findings --backup runs/demo/policies -o json
        diff runs/first runs/docs --no-findings --peers runs/demo/policies --peers-after runs/demo/change
        diff runs/docs/scripts/hub.cmd runs/docs/policy.cmd --no-findings --peers runs/docs/scripts -o markdown
        diff more/powershell-json/policy.json formats/netsh-script/isolation.bat --no-findings
        diff more/vpn-profile-xml formats/vpn-phone-book/device-tunnel.pbk --no-findings --script powershell
        diff more/swanctl-conf/two-sites.conf more/swanctl-conf/transport.conf --no-findings
        diff formats/vpn-phone-book/l2tp.pbk formats/vpn-phone-book/device-tunnel.pbk --no-findings
        diff formats/netsh-script/isolation.bat formats/netsh-script/replayed.cmd --allow-partial --script netsh""",
    "negotiate-refused": """
        negotiate
        negotiate runs/first runs/docs/policy.cmd --from other
        negotiate runs/docs/scripts --from other
        negotiate runs/first runs/docs/policy.cmd --packet 10.0.0.1
        negotiate runs/first runs/docs/policy.cmd --packet "10.0.0.1 10.0.0.2 tcp x"
        negotiate runs/first runs/docs/policy.cmd --packet "10.0.0.1 nonsense"
        negotiate runs/first runs/docs/policy.cmd --config nothing.toml
        negotiate runs/demo/pipeline.sh runs/docs/policy.cmd
        negotiate nothing runs/docs/policy.cmd
        negotiate formats/netsh-script/menu.cmd --write-peer""",
    "negotiate-more": """
        negotiate runs/docs/scripts/hub.cmd runs/docs/scripts/branch.cmd --from a --as-of 2026-06-01
        negotiate runs/docs/scripts/hub.cmd runs/docs/scripts/branch.cmd --from b -o markdown --as-of 2026-06-01
        negotiate runs/docs/scripts --from hub.cmd --as-of 2026-06-01
        negotiate runs/docs/scripts/hub.cmd runs/docs/scripts/branch.cmd --packet "10.1.0.5 10.2.2.3 tcp 445"
        negotiate formats/vpn-phone-book/rasphone.pbk formats/peer/azure-site.peer --as-of 2026-06-01
        negotiate formats/vpn-phone-book/l2tp.pbk windows-server-rras -o json --as-of 2026-06-01
        negotiate more/ike-log --as-of 2026-06-01
        negotiate more/ipsec-conf --as-of 2026-06-01 -o csv
        negotiate more/swanctl-conf/two-sites.conf more/ipsec-conf/strongswan.conf --as-of 2026-06-01
        negotiate more/swanctl-conf/windows-clients.conf more/vpn-profile-xml --as-of 2026-06-01
        negotiate more/ipsec-conf/windows-clients.conf more/powershell-script/vpn-client.ps1 -o markdown
        negotiate more/powershell-script/site-to-site.ps1 more/cloud-gateway/azure-connection.json --as-of 2026-06-01
        negotiate more/powershell-json/policy.json more/swanctl-conf/transport.conf --as-of 2026-06-01
        negotiate more/powershell-json/policy.json runs/domain-isolation/policy.cmd --as-of 2026-06-01
        negotiate more/swanctl-conf/windows-clients.conf windows-vpn-client --as-of 2026-06-01 -o html:client.html
        negotiate formats/netsh-script/menu.cmd runs/docs/policy.cmd --as-of 2026-06-01
        negotiate formats/netsh-script/menu.cmd runs/docs/policy.cmd --as-of 2026-06-01 --allow-partial -o markdown
        negotiate formats/vpn-phone-book/rasphone.pbk --write-peer
        negotiate formats/peer/azure-site.peer --write-peer""",
    "which-more": """
        which runs/docs/policy.cmd --src nonsense --dst 10.0.0.1
        which runs/docs/policy.cmd --src 10.1.0.5 --dst 10.2.2.3 --proto nonsense
        which runs/docs/policy.cmd --src 10.1.0.5 --dst fe80::1
        which runs/docs/policy.cmd --src 10.1.0.5 --dst 10.2.2.3 --profile nonsense
        which runs/demo --src 10.1.0.5 --dst 10.2.2.3
        which runs/demo/pipeline.sh --src 10.1.0.5 --dst 10.2.2.3
        which formats/netsh-script/menu.cmd --src 10.1.0.5 --dst 10.2.2.3
        which formats/netsh-script/menu.cmd --src 10.1.0.5 --dst 10.2.2.3 --allow-partial
        which nothing --src 10.1.0.5 --dst 10.2.2.3
        which runs/docs/wfpstate.xml --src 10.1.0.5 --dst 10.2.2.3 --proto tcp --dport 445
        which runs/docs/policy.cmd --src 10.1.0.5 --dst 10.2.2.3 --config nothing.toml""",
    "coverage-more": """
        coverage formats/vpn-phone-book/rasphone.pbk
        coverage runs/docs/wfpstate.xml --listed 1
        coverage runs/docs/policy.cmd --profile nonsense
        coverage formats/netsh-script/menu.cmd --allow-partial""",
    "inspect-more": """
        inspect nothing
        inspect runs/demo/pipeline.sh
        inspect formats/netsh-script/menu.cmd
        inspect runs/first -o text""",
    "fix-refused": """
        fix runs/first/policy.cmd --diff --verify
        fix runs/demo/pipeline.sh
        fix formats/netsh-script/menu.cmd
        fix nothing
        fix runs/demo
        fix runs/first/policy.cmd --only nonsense
        fix runs/first/policy.cmd --ruleset nonsense
        fix runs/docs/wfpstate.xml --diff
        fix more/advfirewall-show --in-place""",
    "fix-more": """
        fix more/vpn-profile-xml --diff --include-risky --allow-lowering
        fix formats/vpn-phone-book/rasphone.pbk --include-risky --allow-lowering --verify
        fix more/powershell-script/domain-isolation.ps1 --diff --include-risky --allow-lowering
        fix more/powershell-script/vpn-client.ps1 --diff --include-risky --allow-lowering
        fix more/powershell-script/site-to-site.ps1 --include-risky --allow-lowering
        fix more/powershell-json/policy.json --include-risky --allow-lowering
        fix more/powershell-json/policy.json --include-risky --allow-lowering --as netsh
        fix formats/netsh-script/isolation.bat --diff --include-risky --allow-lowering
        fix formats/netsh-script/file-servers.cmd --diff --include-risky --allow-lowering
        fix runs/docs/wfpstate.xml
        fix runs/docs/policy.cmd --only QD001 --as netsh
        fix runs/docs/policy.cmd --verify --include-risky --allow-lowering
        fix runs/load/costly.cmd --diff --include-risky
        fix formats/vpn-phone-book/rasphone.pbk
        fix runs/first/policy.cmd --only QD001 --diff
        fix runs/domain-isolation/policy.cmd --as powershell --include-risky""",
    "demo": """
        demo desk
        demo desk
        fix desk/policy.cmd --in-place
        check desk -o concise
        fix desk/policy.cmd --in-place --include-risky --allow-lowering""",
    "init": """
        init -o first.toml
        init -o first.toml
        init runs/docs --site -o -
        init runs/demo runs/docs -o - --force
        init nothing -o -
        check runs/first --config first.toml --select QD001 -o concise""",
    "waive-more": """
        waive QD999 runs/first --reason Agreed
        waive QD001 runs/first --reason " "
        waive QD001 runs/first --reason Agreed --expires soon
        waive QD001 runs/first --reason Agreed --expires 2020-01-01
        waive QD001 runs/first --reason Agreed --config nothing.toml
        waive QD001 formats/netsh-script/menu.cmd --reason Agreed
        waive QD001 runs/first --reason Agreed --file no/such/folder.toml
        waive QD001 runs/first --reason Agreed --file runs/first/policy.cmd
        waive qd001 runs/docs --reason Agreed --file docs.toml
        waive cr002 runs/docs --reason "Agreed too" --expires 2099-12-31 --file docs.toml""",
    "explain-more": """
        explain short-main-mode-lifetime
        explain ERROR_IPSEC_IKE_NEG_STATUS_BEGIN -o json
        explain 5453 -o markdown
        explain 0x8007FFFF
        explain defaults
        explain site.host_type
        explain fail_on -o markdown
        explain peers -o json
        explain mmpfs
        explain QD99
        explain QD0001
        explain qd001 -o json
        explain 0123456789abcdef
        explain 0123456789abcdef runs/first
        explain "a=b nonsense"
        explain IN001
        explain QD001 --ruleset cnsa-2.0
        explain QD001 --ruleset nothing""",
    "load-text": """
        load runs/load/policy.cmd --peers 4000
        load runs/load/policy.cmd runs/load/costly.cmd --peers 4000
        load runs/load/costly.cmd --peers 9000 --scenario boot --ramp 60 --workers 2 --patience 20 --service-ms 9
        load runs/load/policy.cmd --config runs/load/site.toml --scenario failover --schedule windows-ikev2
        load --peers 500 --scenario wan-outage
        load runs/load/policy.cmd --peers 40 --seeds 2 --quiet
        load --arrival-rate 4.4 --service-rate 1 --workers 4 --patience 2
        load --arrival-rate 4.4 --service-ms 250 --workers 2 -o json
        load --arrival-rate 4.4 --service-rate 9 --seeds 2 --quiet
        load --calibrate runs/load/host
        load runs/load/policy.cmd --calibrate runs/load/host --started 2026-03-02T08:00:00
        load runs/load/policy.cmd runs/load/costly.cmd --peers 4000 -o json""",
    "load-refused": """
        load runs/load/policy.cmd
        load runs/load/policy.cmd --peers 0
        load runs/load/policy.cmd --peers 5 --arrival-rate 3
        load --arrival-rate 3
        load --arrival-rate 3 --service-rate 1 -o svg
        load --arrival-rate -3 --service-rate 1
        load runs/load/policy.cmd --peers 5 --schedule nonsense
        load runs/load/policy.cmd --peers 5 --set nonsense
        load runs/load/policy.cmd --peers 5 --set nonsense=3
        load runs/load/policy.cmd --peers 5 -o png
        load runs/load/policy.cmd --peers 5 -o svg:runs/load/policy.cmd
        load runs/demo --peers 5
        load runs/demo/pipeline.sh --peers 5
        load formats/netsh-script/menu.cmd --peers 5
        load nothing --peers 5
        load --calibrate runs/load/policy.cmd
        load --calibrate runs/load/host --started soon
        load runs/load/policy.cmd --peers 5 --config nothing.toml""",
    "load-html": "load runs/load/policy.cmd --peers 40 --seeds 2 --quiet -o html:load.html",
    "load-svg": "load runs/load/policy.cmd --peers 40 --scenario policy-push --quiet -o svg",
    "fleet-more": """
        fleet query new.duckdb "SELECT code, subject FROM findings ORDER BY ALL LIMIT 5"
        fleet query new.duckdb "SELECT code FROM findings ORDER BY ALL LIMIT 2" -o json
        fleet query new.duckdb "DROP TABLE findings"
        fleet query new.duckdb "SELECT nonsense FROM findings"
        fleet query nothing.duckdb "SELECT 1"
        fleet query runs "SELECT 1"
        fleet compare new.duckdb nothing.duckdb
        fleet report old.duckdb -o html
        fleet report new.duckdb -o csv
        fleet merge old.duckdb new.duckdb -o csv:both.csv
        fleet merge old.duckdb new.duckdb -o duckdb
        fleet merge old.duckdb new.duckdb -o duckdb:new.duckdb
        fleet merge nothing.duckdb -o duckdb:fresh.duckdb
        fleet check runs
        fleet check runs --local 1 --scheduler tcp://localhost:1
        check runs/docs --shard 1/2 --select QD -o parquet:one
        check runs/docs --shard 2/2 --select QD -o parquet:two
        fleet merge one two -o parquet:whole
        fleet query whole "SELECT code, count(*) FROM findings GROUP BY ALL ORDER BY ALL"
        fleet report whole""",
    "fail-on": """
        check runs/first --select QD001 -o concise --quiet --fail-on error
        check runs/first --select QD001 -o concise --quiet --fail-on warning
        check runs/first --select QD001 -o concise --quiet --fail-on info
        check runs/first --select QD001 -o concise --quiet --fail-on never
        diff runs/docs/policy.cmd runs/load/costly.cmd --no-findings -o json:difference.txt --fail-on error
        diff runs/docs/policy.cmd runs/load/costly.cmd --no-findings -o json:difference.txt --fail-on warning
        diff runs/docs/policy.cmd runs/load/costly.cmd --no-findings -o json:difference.txt --fail-on info
        diff runs/docs/policy.cmd runs/load/costly.cmd --no-findings -o json:difference.txt --fail-on never""",
}
"""The command lines by the names of their answers; they run in a copy of the fixtures, beside two stores."""
