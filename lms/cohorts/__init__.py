"""Who learns together, and when."""
