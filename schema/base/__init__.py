"""What every other package of `schema` builds on: errors, languages, a request and its context, cursors."""
