"""Enough of PowerShell to run this project's own scripts where there is none, with the cmdlets of Windows played.

What it does not know is an `UnknownError`, never a guess, so that a script that a test has run was understood whole.
"""
