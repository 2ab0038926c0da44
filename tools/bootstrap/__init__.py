"""From a bare checkout to a served or checked one, with the standard library alone.

Runs on the machine's own Python, before there is an environment.
"""
