"""What leaves the program for people's hands: papers as Word and PDF files."""
