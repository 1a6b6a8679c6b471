"""Which statements of a script run, with which variables, and what is not known of it."""
