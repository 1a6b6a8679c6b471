"""What no reader takes: told by its words, so that policy is never skipped, nor a file of no concern a problem."""
