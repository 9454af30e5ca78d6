"""The observatory's pages: a folder of static files made from the published figures, opened without a server."""
