"""How files are made safely beside their place, and read again."""
