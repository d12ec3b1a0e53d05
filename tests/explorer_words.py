"""Numbers and sentences as explorers write them, read back."""

import re
import string

import numpy as np
import pytest

RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def read(text: str) -> float:
    """A number as the page writes it: −1.5 × 10⁻⁷, ∞, undefined."""
    if text in ("undefined", "∞", "−∞"):
        return {"undefined": np.nan, "∞": np.inf, "−∞": -np.inf}[text]
    if text.endswith(" %"):
        return read(text.removesuffix(" %")) / 100
    head, _, power = text.replace("−", "-").partition(" × 10")
    return float(head) * 10.0 ** int(power.translate(RAISED) or 0)


def check_sentence(said: str, template: str, truth: dict) -> None:
    """`said` is the template with every field filled by what is true, to the digits that are shown."""
    parts = list(string.Formatter().parse(template))
    fields = {key: re.escape(truth[key]) if isinstance(truth[key], str) else ".+?" for _, key, _, _ in parts if key}
    pattern = "".join(re.escape(literal) + (f"({fields[key]})" if key else "") for literal, key, _, _ in parts)
    found = re.fullmatch(pattern, said)
    assert found, f"{said!r} is not {template!r} with {truth}"
    for text, (_, key, spec, _) in zip(found.groups(), [part for part in parts if part[1]], strict=True):
        if isinstance(truth[key], str):
            continue  # a part of the pattern
        if np.isfinite(truth[key]):
            digits = int(re.sub(r"\D", "", spec) or 0)
            near = {"rel": 0.501 * 10 ** (1 - digits)} if spec.endswith("g") else {"abs": 0.501 * 10.0**-digits}
            assert read(text) == pytest.approx(truth[key], **near), (key, said)
        else:
            assert text in ("undefined", "∞", "−∞")
