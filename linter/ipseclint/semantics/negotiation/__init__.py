"""Will two ends agree? `ends` says what an end offers, one module for each stage compares it, `verdict` has the answer.

Facts come from RFC 2407 to 2409 and 7296, MS-AIPS, MS-IKEE, and from tests of strongSwan 5.9.8 and libreswan 4.10
(tests/daemons); docs/negotiate.md lists them. Where no source decides, the answer is `depends`.
"""
