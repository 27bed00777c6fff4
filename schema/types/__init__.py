"""Types without a global id: scalars, enums, texts, figures, periods, connections."""
