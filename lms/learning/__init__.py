"""Lessons read."""
