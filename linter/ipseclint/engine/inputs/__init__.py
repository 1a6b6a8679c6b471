"""The inputs of a run: what paths, URLs, archives, mails and consoles hold, and which files belong to another."""
