"""Tools that the readers share: text with places, problems, words and numbers, built-in sets."""
