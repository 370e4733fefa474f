"""The verifier that travels in a case file."""
