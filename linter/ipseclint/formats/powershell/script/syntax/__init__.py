"""The syntax tree of a script: its text as the grammar is shown it, and the way through its nodes."""
