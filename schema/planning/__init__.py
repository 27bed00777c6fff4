"""Plan what a selection set needs from the database. Pure: no I/O."""
