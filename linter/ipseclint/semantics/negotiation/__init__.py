"""Two ends: will they agree? `ends` says what an end offers, a module each what a stage compares, `verdict` the answer.

Facts come from RFC 2407 to 2409 and 7296, MS-AIPS, MS-IKEE, and from what strongSwan 5.9.8 and libreswan 4.10 did when
they were asked (tests/daemons); docs/negotiate.md lists them. What is known of neither is answered `depends`.
"""
