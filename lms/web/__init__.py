"""What every view shares: the guard at the door, forms, refusals, headers, paging, formats."""
