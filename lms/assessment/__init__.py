"""Knowledge and work judged."""
