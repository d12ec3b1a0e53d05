"""Hold the two rooms together: one helper, one line a case."""

import inspect
from functools import reduce

import numpy as np
import torch

import dlbook


def resolve(room: str, concept_id: str):
    """`dlbook.<room>.<concept_id>`, whatever it is."""
    return reduce(getattr, concept_id.split("."), getattr(dlbook, room))


def to_torch(value):
    """Arrays become tensors, also inside lists, tuples and dicts; everything else stays."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        return torch.from_numpy(value) if all(s >= 0 for s in value.strides) else torch.from_numpy(value.copy())
    if isinstance(value, (list, tuple)):
        return type(value)(to_torch(v) for v in value)
    if isinstance(value, dict):
        return {k: to_torch(v) for k, v in value.items()}
    return value


def assert_same(ours, theirs, rtol=1e-10, atol=0.0, where="result"):
    """The same structure, shape, dtype and values; NaN equals NaN, infinities agree in sign."""
    if isinstance(ours, (list, tuple)):
        assert len(ours) == len(theirs), f"{where}: {len(ours)} parts in NumPy, {len(theirs)} in PyTorch"
        for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            assert_same(a, b, rtol, atol, f"{where}[{i}]")
    elif isinstance(ours, dict):
        assert ours.keys() == theirs.keys(), where
        for key in ours:
            assert_same(ours[key], theirs[key], rtol, atol, f"{where}[{key!r}]")
    else:
        assert isinstance(theirs, torch.Tensor), f"{where}: PyTorch returned {type(theirs).__name__}, not a tensor"
        assert isinstance(ours, (np.ndarray, np.generic)), f"{where}: NumPy returned {type(ours).__name__}"
        theirs = theirs.detach().cpu().numpy()
        assert ours.dtype == theirs.dtype, f"{where}: dtype {ours.dtype} in NumPy, {theirs.dtype} in PyTorch"
        np.testing.assert_allclose(theirs, ours, rtol=rtol, atol=atol, err_msg=where, strict=True)


def assert_twins_agree(concept_id: str, *args, rtol=1e-10, atol=0.0, **kwargs):
    """The twins of `concept_id` have one signature and give one answer; returns the NumPy answer."""
    ours, theirs = resolve("scratch", concept_id), resolve("pytorch", concept_id)
    assert inspect.signature(ours) == inspect.signature(theirs), f"{concept_id}: the signatures differ"
    result = ours(*args, **kwargs)
    assert_same(result, theirs(*to_torch(args), **to_torch(kwargs)), rtol, atol, concept_id)
    return result
