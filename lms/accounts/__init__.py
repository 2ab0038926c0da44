"""People, organisations, sign-in, roles."""
