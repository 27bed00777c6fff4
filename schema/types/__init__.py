"""Types without an identity of their own: scalars, enums, texts, figures, periods, connections."""
