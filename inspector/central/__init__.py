"""The central endpoint: receives, keeps, cosigns and hands out entries and photos."""
