"""Scripts that Azure runs on a virtual machine: read as policy of that machine, or said."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, policy_of, said_of

SET = "New-NetIPsecMainModeCryptoSet -DisplayName MM -Default -Proposal"
PROPOSAL = "New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH14"
WHOLE = f"{SET} ({PROPOSAL})"
CLI = "az vm run-command invoke -g rg -n vm1 --command-id RunPowerShellScript --scripts"


@cases(
    "script",
    [
        f"Invoke-AzVMRunCommand -VMName vm1 -CommandId RunPowerShellScript -ScriptString '{WHOLE}'",
        f"$s = '{WHOLE}'\nInvoke-AzVMRunCommand -VMName vm1 -ScriptString $s",
        f"$s = @'\n$p = {PROPOSAL}\n{SET} $p\n'@\nInvoke-AzVMRunCommand -VMName vm1 -ScriptString $s",
        f"$p = @{{ VMName = 'vm1'; ScriptString = '{WHOLE}' }}\nInvoke-AzVMRunCommand @p",
        f"Set-AzVMRunCommand -ResourceGroupName rg -VMName vm1 -RunCommandName r -SourceScript '{WHOLE}'",
        f"Invoke-AzureRmVMRunCommand -VMName vm1 -ScriptString '{WHOLE}'",
        f"{CLI} '{WHOLE}'",
        f"{CLI} '$p = {PROPOSAL}' '{SET} $p'",
        f'{CLI} "{WHOLE}" -o none',
        f"az vm run-command create --vm-name vm1 -g rg --name r --script '{WHOLE}' --no-wait",
    ],
)
def test_a_script_for_a_virtual_machine_is_followed(script: str) -> None:
    (crypto_set,) = policy_of(script).main_mode_crypto_sets
    assert crypto_set.name == "MM" or crypto_set.name.startswith("{E5A5D32A")


@cases(
    ("script", "message"),
    [
        ("Invoke-AzVMRunCommand -VMName vm1 -ScriptString $s", "runs a text whose commands are not known"),
        (
            "Invoke-AzVMRunCommand -VMName vm1 -ScriptPath .\\vpn.ps1",
            "another script is run here, which is not part of this run: it is not read",
        ),
        (f"{CLI} '@vpn.ps1'", "another script is run here, which is not part of this run: it is not read"),
        (f"{CLI} $s", "runs a text whose commands are not known"),
    ],
)
def test_what_is_not_known_of_it_is_said(script: str, message: str) -> None:
    assert said_of(f"{WHOLE}\n{script}")[0] == (2, 1, message)


@cases("command", ["az vm list -g rg", "az vm run-command list -g rg", "az vm start -n vm1", "az"])
def test_other_commands_of_azure_say_nothing(command: str) -> None:
    assert policy_of(f"{WHOLE}\n{command}") == policy_of(WHOLE)


def test_what_two_machines_are_given_is_policy_of_each() -> None:
    both = "".join(
        f"Invoke-AzVMRunCommand -VMName {name} -ScriptString '{SET} ({PROPOSAL.replace('DH14', group)})'\n"
        for name, group in (("vm1", "DH14"), ("vm2", "DH19"))
    )
    result = parsed(both)
    assert result.policy.refused_commands == ()
    assert len(result.policy.main_mode_crypto_sets) == 2
