"""A ready county to try the program with: invented registry and people, drawn pictures, a centre on this machine."""
