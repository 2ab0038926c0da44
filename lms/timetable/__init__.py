"""How long people were there."""
