"""Figures after secrecy, and how they are named, dated and compared: what every writer reads."""
