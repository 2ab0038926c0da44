"""Courses as the files in ``courses/`` describe them, and the versions published from them."""
