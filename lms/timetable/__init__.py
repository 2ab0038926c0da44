"""Where, when and by whom training takes place, and how long people were there."""
