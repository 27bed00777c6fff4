"""Modules that every other package of `schema` uses: errors, languages, the request and its context, cursors."""
