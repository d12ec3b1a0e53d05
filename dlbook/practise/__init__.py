"""The exercise: its tasks, its checker and the words of both, in Python and in the page."""
