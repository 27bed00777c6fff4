"""The manual as pages, in the language that it is written in."""
