"""Measure the product against a do-nothing page on the same server in the same minutes: ``./check bench``."""
