"""HTTP itself: errors and their status, content negotiation, content codings, strict JSON, client addresses."""
