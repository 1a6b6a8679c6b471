"""How a command is written, and how its arguments are bound to parameters."""
