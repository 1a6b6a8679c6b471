"""What a Secret of Kubernetes holds is masked, whatever its members are called; what another manifest holds is not."""

from __future__ import annotations

from ipseclint import secrets
from tests.cases import cases

KEY = "Sommerregenbogen"


@cases(
    "text",
    [
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: gate\nstringData:\n  of-berlin: {}\n  next: x\n",
        "apiVersion: v1\ndata:\n  gate.key: {}\nkind: Secret\n",
        'kind: ConfigMap\ndata:\n  a: b\n---\nkind: "Secret"\ndata:\n  a: "{}"\n',
        "> stringData:\n>   a: 'b'\n>\n>   of-berlin: '{}'\n",
        "stringData:\n  ipsec.secrets: |\n    one line\n    {}\n\n    and more\n  next: x\n",
        "kind: Secret\nstringData:\n  # of the office\n  of-berlin:\n    {}\n  next: x\n",
        "kind: Secret\nstringData:\n  of-berlin: !!str '{}'\n",
        'resource "kubernetes_secret_v1" "a" {{\n  data = {{\n    a = "${{var.a}}"\n    of-berlin = "{}"\n  }}\n}}\n',
        "kubectl create secret generic gate --from-literal=of-berlin={}\n",
        "kubectl create secret generic gate \\\n  --from-literal a=b \\\n  --from-literal of-berlin='{}'\n",
        '{{"kind": "Secret", "stringData": {{"a": "b", "of-berlin": "{}"}}}}\n',
    ],
)
def test_what_a_secret_holds_is_masked(text: str) -> None:
    written = text.format(KEY)
    assert any(KEY in written[begin:end] for begin, end in secrets.keys_in(written)[0])


@cases(
    "text",
    [
        "kind: ConfigMap\ndata:\n  of-berlin: Sommerregenbogen\n",
        "kind: Secret\n---\nkind: ConfigMap\ndata:\n  of-berlin: Sommerregenbogen\n",
        "kind: Secret\nmetadata:\n  name: of-berlin\ntype: Opaque\n",
        "stringData:\nnext:\n  of-berlin: Sommerregenbogen\n",
        "kind: Secret\nstringData: {}\n",
        'resource "kubernetes_config_map" "gate" {\n  data = {\n    a = "Sommerregenbogen"\n  }\n}\n',
    ],
)
def test_other_manifests_are_shown(text: str) -> None:
    assert secrets.keys_in(text) == ([], set())
