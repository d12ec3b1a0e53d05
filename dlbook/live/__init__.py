"""The cells of a page that run: their editor, the worker, and what runs a cell in it."""
