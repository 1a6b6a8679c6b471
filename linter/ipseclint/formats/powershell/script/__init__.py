"""PowerShell scripts: parsed and evaluated, never run, for the policy that they set up."""
