"""Designs compared over worlds: what they bring, how sure that is, what a pilot would show."""
