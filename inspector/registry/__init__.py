"""Reading an office's Excel and CSV: sheets, header, columns, cleaning, problems with their place.

`reading.read` gives what a file says, `diff.diff` compares it with what is known, `diff.apply_plan` and
`diff.apply_grids` are what importing it would record.
"""
