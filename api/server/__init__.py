"""The layer between uvicorn and the application: protocols, security headers, draining, the request log."""
