"""PowerShell scripts: parsed and evaluated, never run, for the policy that they set up.

A name is *folded* when it is case-folded. Code is *followed* when it is evaluated here. A *decision* is a branch that
the script alone does not decide, a *way* one of its outcomes.

`format` recognises a script, `reader` puts its policy together. On the way:

- `syntax/`: `grammar` parses the text, as `masking` and `respelling` show it, over `closings` and `argument_places`;
  `nodes` finds one's way in the tree.
- `flow/`: `interpreter` follows the statements: `statements` has the function of each kind, in `conditions`, `loops`,
  `switches`, `catching` and `workflows`, over `same_writes`, beside `pipelines`, `assignments` and `trying`;
  `functions` and `classes` have what is declared, `function_binding` binds what functions are given, `validation`
  checks it, `function_calls` runs them, `if_given` says what they may not give; `variables` keeps what is set,
  `forks` where it may differ, `drives` sets what is named as an item of a drive; `run_scripts` and `running` run more
  script; `unreached`, `uncalled` and `not_given` say what is not known to run.
- `values/`: `expressions` evaluates expressions: with `texts`, `operators`, `patterns`, `access`, `members`,
  `static_members` and `text_methods`, to what `value` has; `changes` has what is changed in place, `pieces` what is put
  into texts.
- `arguments/`: `calls` reads how a command is written; `binding`, `defaults` and `parameters` tell what it is given.
- `commands/`: `dispatch` tells what carries a command out: `cmdlets` runs what sets policy; `verbs` does it to the
  `objects`, which `selection` chooses, and `instances` hands them to the readers of PowerShell objects; `cmdlet_notes`
  takes what is not followed. `value_commands` and `variable_commands` only give values, `picking` picks of them;
  `programs` are what is no cmdlet, `netsh_calls` those of netsh, `cmd_lines` cuts what cmd.exe is handed,
  `gpo_registry` keeps the values of GPOs; `documents` reads the VPN profiles and registry files in texts;
  `other_commands`, `started` and `elsewhere` say what is not known.

What these ask of each other is in `evaluator`; `unfollowed` and `unsaid` say what of a script is not known.
"""
