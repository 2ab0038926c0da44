"""What keeps the institute running: health, jobs, audit, backup, doctor."""
