"""What runs below the application: HTTP and WebSocket protocols, security headers, draining, the request log."""
