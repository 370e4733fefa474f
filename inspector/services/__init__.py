"""One use case a function: take a command, ask the domain, append through the store, say what happened."""
