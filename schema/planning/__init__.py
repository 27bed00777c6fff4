"""From a selection to the one fetch that answers it. Pure: no I/O."""
