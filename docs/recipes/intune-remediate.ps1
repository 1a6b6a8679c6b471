# Remediation script of an Intune remediation: applies the policy that was agreed on, written by `ipseclint fix` or
# `ipseclint diff --script powershell` and put here in place of the throw. It is not made on the host: what changes
# protection is reviewed first.
throw 'Put the reviewed script here.'
