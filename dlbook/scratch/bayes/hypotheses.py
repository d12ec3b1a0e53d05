"""Bayes' rule over finitely many hypotheses."""

import numpy as np

from dlbook._validate import wrong
from dlbook.scratch.bayes._inputs import check_possible, check_shapes, logs, non_negative


def discrete(prior, likelihood, dim=-1):
    """P(H | D) = P(D | H) P(H) / Σ P(D | H′) P(H′), with the hypotheses along `dim`.

    Shapes: prior and likelihood broadcast, say (K,) and (N, K) -> (N, K): N cases, each with data of its own.

    >>> discrete([0.5, 0.25, 0.25], [0.0, 0.5, 1.0])
    array([0.        , 0.33333333, 0.66666667])
    """
    prior, likelihood = non_negative("prior", prior), non_negative("likelihood", likelihood)
    _check_axis(prior, likelihood, dim)
    _check_sum("prior", "sum to 1", prior.sum(axis=dim))
    joint = prior * likelihood  # P(D, H), in the wider dtype of the two
    evidence = joint.sum(axis=dim, keepdims=True)  # P(D)
    check_possible("likelihood", evidence > 0)
    return (joint / evidence).astype(prior.dtype)


def discrete_from_logs(log_prior, log_likelihood, dim=-1):
    """log P(H | D) = log P(D | H) + log P(H) − log P(D): the same without underflow; −∞ is impossible."""
    log_prior, log_likelihood = logs("log_prior", log_prior), logs("log_likelihood", log_likelihood)
    _check_axis(log_prior, log_likelihood, dim)
    _check_sum("log_prior", "have exponentials that sum to 1", np.exp(log_prior).sum(axis=dim))
    joint = log_prior + log_likelihood.astype(log_prior.dtype)
    peak = joint.max(axis=dim, keepdims=True)  # taken out, so that the largest exponential is 1
    check_possible("log_likelihood", peak > -np.inf)
    return joint - peak - np.log(np.exp(joint - peak).sum(axis=dim, keepdims=True))


def _check_axis(prior: np.ndarray, likelihood: np.ndarray, dim: int) -> None:
    """Both have as many hypotheses along `dim`, which means the same axis in both."""
    fewest = min(prior.ndim, likelihood.ndim)
    if not -fewest <= dim < fewest or (dim >= 0 and prior.ndim != likelihood.ndim):
        got = f"{dim} for shapes {prior.shape} and {likelihood.shape}"
        raise wrong("dim", "be the same axis in both", got, "one that both have, counted from the end")
    if prior.shape[dim] != likelihood.shape[dim]:
        got, need = f"{likelihood.shape[dim]} along dim", f"{prior.shape[dim]}, as in the prior"
        raise wrong("likelihood", "be given for every hypothesis", got, need)
    check_shapes(prior=prior, likelihood=likelihood)


def _check_sum(name: str, must: str, total: np.ndarray) -> None:
    if (off := np.abs(total - 1) > 1e-3).any():
        raise wrong(name, must, f"{total[off].flat[0]:g}", "1")
