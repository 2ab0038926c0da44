"""What the numbers say: pages that read several packages at once and change nothing."""
