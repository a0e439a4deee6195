"""Toy data of a JUNO-like detector: an event index with its truth, in four file formats."""
