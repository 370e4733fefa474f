"""One screen a file, its style beside it. Screens call services through `Workplace` and never block the event loop."""
