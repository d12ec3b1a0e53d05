"""Bayes' rule over finitely many hypotheses."""

import numpy as np

from dlbook._validate import wrong
from dlbook.scratch.bayes._inputs import check_possible, check_shapes, logs, non_negative, wide_enough


def discrete_core(prior, likelihood, dim=-1):
    joint = prior * likelihood  # P(D, H)
    evidence = joint.sum(axis=dim, keepdims=True)  # P(D)
    return joint / evidence


def discrete(prior, likelihood, dim=-1):
    """P(H | D) = P(D | H) P(H) / Σ P(D | H′) P(H′), with the hypotheses along `dim`.

    Shapes: prior and likelihood broadcast, say (K,) and (N, K) -> (N, K): N cases, each with data of its own.

    >>> discrete([0.5, 0.25, 0.25], [0.0, 0.5, 1.0])
    array([0.        , 0.33333333, 0.66666667])
    """
    prior, likelihood = non_negative("prior", prior), non_negative("likelihood", likelihood)
    _check_axis(prior, likelihood, dim)
    _check_sum("prior", "sum to 1", prior.sum(axis=dim))
    wide = wide_enough(prior, likelihood, dim)
    check_possible("likelihood", ((wide[0] > 0) & (wide[1] > 0)).any(axis=dim))
    return discrete_core(*wide, dim).astype(prior.dtype)


def discrete_from_logs_core(log_prior, log_likelihood, dim=-1):
    joint = log_prior + log_likelihood
    joint = joint - joint.max(axis=dim, keepdims=True)  # so that the largest exponential is 1
    return joint - np.log(np.exp(joint).sum(axis=dim, keepdims=True))


def discrete_from_logs(log_prior, log_likelihood, dim=-1):
    """log P(H | D) = log P(D | H) + log P(H) − log P(D): the same without underflow; −∞ is impossible."""
    log_prior, log_likelihood = logs("log_prior", log_prior), logs("log_likelihood", log_likelihood)
    _check_axis(log_prior, log_likelihood, dim)
    _check_sum("log_prior", "have exponentials that sum to 1", np.exp(log_prior).sum(axis=dim))
    check_possible("log_likelihood", (np.minimum(log_prior, log_likelihood) > -np.inf).any(axis=dim))
    wide = log_prior.astype(np.float64), log_likelihood.astype(np.float64)
    return discrete_from_logs_core(*wide, dim).astype(log_prior.dtype)


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
