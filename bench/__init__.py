"""Benches of what people wait for, as ratios to a floor that is measured in the same run. docs/bench.md explains each."""
