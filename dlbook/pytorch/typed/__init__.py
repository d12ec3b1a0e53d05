"""What one types at work, one file a chapter: a pane shows the body of the function of its concept, word for word.

The arguments are what the section's example gives; the tests run each body on it and hold it to the NumPy room. Nothing
here is imported by the book.
"""
