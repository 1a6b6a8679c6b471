"""What the readers share: texts with places, problems, words and numbers, sets that Windows builds in."""
