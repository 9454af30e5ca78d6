"""What the commands print: French numbers, summaries and tables.

On a terminal: colours, bold headers, columns cut to the width. Elsewhere (a file, a pipe, a log): the same
lines without colour, frame or cut. Rich is imported by whoever makes the console, never here at import.
"""
