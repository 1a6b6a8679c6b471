"""Repairs in the text of an input, each read again before it counts.

`writing` chooses by the format. Scripts of netsh: `rewriting`, over the commands in `statements` and what `editing`
does to them. Scripts of PowerShell: `appending`, over the `literals`. VPN profiles: `profiles`. What all of them give:
`rewritten`.
"""
