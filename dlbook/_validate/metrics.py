"""What the metrics of both rooms ask of their arguments."""

from dlbook._validate import wrong


def check_occur(count, which: str) -> None:
    """Raise where a curve has no positives, or no negatives."""
    if count == 0:
        raise wrong("y_true", "hold both classes", f"no {which}", f"{which} of a weight above 0")
