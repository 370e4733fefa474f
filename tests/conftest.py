"""What all tests share. Its folder is importable, so that `contracts` and other helpers are found."""
