"""PowerShell scripts: parsed and evaluated, never run, for the policy that they set up.

A name is *folded* when it is case-folded. Code is *followed* when it is evaluated here. A *decision* is a branch that
the script alone does not decide, a *way* one of its outcomes.

`format` recognises a script, `reader` puts its policy together. On the way:

- `grammar` parses the text, as `masking` and `respelling` show it, over `closings` and `argument_places`; `nodes` finds
  one's way in the tree.
- `interpreter` follows the statements, `pipelines`, `flow`, `catching`, `trying` and `assignments` each by what they
  are, `functions`, `classes` and `enums` what is declared, `function_calls` how functions take what they are given;
  `variables` keeps what is set, `drives` sets what is named as an item of a drive. What these ask of each other is in
  `evaluator`.
- `expressions` evaluates expressions: with `texts`, `operators`, `patterns`, `access`, `members`,
  `static_members` and `text_methods`, as `values`; `changes` has what is changed in place.
- `calls` reads how a command is written, `commands` tells what carries it out: `cmdlets` runs what sets policy, with
  its parameters by `binding` and `defaults`; `verbs` does it to the `objects`, which `selection` chooses;
  `cmdlet_notes` takes what is not followed. `value_commands` and `variable_commands` only give values, `picking` picks
  of them; `programs` are what is no cmdlet; `run_scripts` and `running` run more script.
- `documents` reads the VPN profiles and registry files in the texts of a script, with what is put into them, which
  `pieces` keeps.
- `instances` hands the objects to the readers of PowerShell objects; `unfollowed`, `unreached`, `uncalled`, `started`,
  `not_given` and `elsewhere` say what is not known.
"""
