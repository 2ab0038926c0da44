"""What developers and operators run around the application; nothing in ``lms`` imports it."""
