"""The answers of `explain`: which rule, error, event or key a word stands for, and what is known of it."""
