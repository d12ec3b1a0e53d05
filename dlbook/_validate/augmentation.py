"""What augmentation asks of images and draws in both rooms."""

from dlbook._validate import check_count, wrong

FAR = 1e6  # pixels: farther than any image reaches


def check_batch(name: str, shape) -> None:
    """`shape` must be (N, C, H, W), with no 0 in it."""
    if len(shape) != 4 or 0 in shape:
        raise wrong(name, "be a batch of images", f"shape {tuple(shape)}", "shape (N, C, H, W)")


def check_one_each(name: str, shape, N: int) -> None:
    """One number for all images, or one for each of N."""
    if tuple(shape) not in ((), (N,)):
        raise wrong(name, "hold one number an image", f"shape {tuple(shape)}", f"shape ({N},) or ()")


def check_window(name: str, got, size: int) -> None:
    """A window's side `got` must be a whole number of pixels that an image's side `size` has."""
    check_count(name, got, 1)
    if got > size:
        raise wrong(name, "fit into the image", got, f"1 to {size}")


def check_places(i_shape, j_shape, N: int) -> None:
    """Rows and columns of places: (N, H′, W′) both."""
    for name, shape in (("i", i_shape), ("j", j_shape)):
        if len(shape) != 3 or shape[0] != N or 0 in shape:
            raise wrong(name, "hold places in each image", f"shape {tuple(shape)}", f"shape ({N}, H′, W′)")
    if tuple(i_shape) != tuple(j_shape):
        raise wrong("j", "have the shape of i", f"shape {tuple(j_shape)}", f"shape {tuple(i_shape)}")


def check_maps(shape, largest, N: int) -> None:
    """One θ for all images, or one for each of N; no number in it is out of all reason."""
    if tuple(shape) not in ((2, 3), (1, 2, 3), (N, 2, 3)):
        raise wrong("theta", "map places", f"shape {tuple(shape)}", f"shape (2, 3) or ({N}, 2, 3)")
    if largest > FAR:
        raise wrong("theta", "map places", f"{largest:g} in it", f"numbers up to {FAR:g}")
