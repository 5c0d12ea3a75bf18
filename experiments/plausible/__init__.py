"""Plausible worlds: draws of what nobody knows that reproduce what is known, and how far each of them does."""
