"""The référentiel: job profiles, competencies and their levels, what is required and what is attained."""
