"""What expressions of a script give: texts, numbers, lists, tables and objects, and what is done with them."""
