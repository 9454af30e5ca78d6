"""Reading deposits: bytes in, typed and pseudonymised rows plus findings out."""
