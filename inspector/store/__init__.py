"""The device's encrypted store: the only code that knows SQLite on the laptop."""
