"""What the layers of both rooms ask of their arguments."""

from dlbook._validate import wrong


def check_running(mean, var, training: bool) -> None:
    """Running statistics come as a pair; only in training, which takes the batch's, may both be None."""
    if (mean is None) != (var is None):
        raise wrong("running_mean and running_var", "come together", "None for one of them", "both, or neither")
    if mean is None and not training:
        raise wrong("running_mean and running_var", "be there out of training", "None", "shape (C,)")
