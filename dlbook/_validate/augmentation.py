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


def check_light(name: str, darkest, lightest, shape, channels) -> None:
    """Numbers from 0 to 1, in so many `channels`, or in any where that is None."""
    if channels and shape[1] not in channels:
        need = " or ".join({1: "1 (grey)", 3: "3 (red, green, blue)"}[C] for C in channels)
        raise wrong(name, "have the channels of a colour", f"{shape[1]}", need)
    if darkest < 0 or lightest > 1:
        got = f"{darkest if darkest < 0 else lightest:g}"
        raise wrong(name, "hold light", got, "0 (black) to 1 (full): divide bytes by 255")


def check_labels(shape, num_classes, N: int) -> int:
    """Class numbers (N,) of so many classes, or shares (N, K); returns K."""
    if len(shape) not in (1, 2) or shape[0] != N or 0 in shape:
        raise wrong("y", "label each image", f"shape {tuple(shape)}", f"shape ({N},) or ({N}, K)")
    if num_classes is None and len(shape) == 1:
        raise wrong("num_classes", "be given", "None", "how many classes there are, where y holds class numbers")
    K = shape[1] if num_classes is None else num_classes
    check_count("num_classes", K, 1)
    if len(shape) == 2 and shape[1] != K:
        raise wrong("y", "have a column a class", f"shape {tuple(shape)}", f"shape ({N}, {K})")
    return K


def check_shares(smallest, off) -> None:
    """Shares are not below 0, and those of an image sum to one."""
    if smallest < 0:
        raise wrong("y", "hold shares", f"{smallest:g}", "0 to 1")
    if off > 1e-3:
        raise wrong("y", "have rows that sum to one", f"a sum that is off by {off:g}", "a share for every class")
