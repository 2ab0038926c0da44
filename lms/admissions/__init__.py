"""From the call for applications to the seat: files, their examination, the ranking, the offers and the waiting list."""
