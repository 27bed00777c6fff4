"""The page of a district: what it reads, how it arranges that, and what it draws."""
