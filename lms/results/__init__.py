"""What it all adds up to."""
