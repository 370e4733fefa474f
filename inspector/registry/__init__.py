"""Reading an office's Excel and CSV: sheets, header, columns, cleaning, problems with their place."""
