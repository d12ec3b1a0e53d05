"""What the training loop of both rooms asks of its batches."""

from dlbook._validate import wrong


def check_batches(batches) -> None:
    """There must be a batch, and each must be a pair."""
    if not batches:
        raise wrong("batches", "not be empty", "no batch", "at least one pair (x, y)")
    for i, batch in enumerate(batches):
        if not (isinstance(batch, (tuple, list)) and len(batch) == 2):
            raise wrong(f"batches[{i}]", "be a pair", f"a {type(batch).__name__}", "(x, y)")
