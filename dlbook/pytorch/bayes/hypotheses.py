"""Bayes' rule over finitely many hypotheses."""

import torch

from dlbook._validate import wrong
from dlbook.pytorch.bayes._inputs import check_possible, check_shapes, logs, non_negative, wide_enough


def discrete(prior, likelihood, dim=-1):
    """P(H | D) = P(D | H) P(H) / Σ P(D | H′) P(H′), with the hypotheses along `dim`."""
    prior, likelihood = non_negative("prior", prior), non_negative("likelihood", likelihood)
    _check_axis(prior, likelihood, dim)
    _check_sum("prior", "sum to 1", prior.sum(dim))
    wide_prior, wide_likelihood = wide_enough(prior, likelihood, dim)
    check_possible("likelihood", ((wide_prior > 0) & (wide_likelihood > 0)).any(dim))
    joint = wide_prior * wide_likelihood  # P(D, H)
    return (joint / joint.sum(dim, keepdim=True)).to(prior.dtype)


def discrete_from_logs(log_prior, log_likelihood, dim=-1):
    """log P(H | D) = log P(D | H) + log P(H) − log P(D): a log-softmax; −∞ is impossible."""
    log_prior, log_likelihood = logs("log_prior", log_prior), logs("log_likelihood", log_likelihood)
    _check_axis(log_prior, log_likelihood, dim)
    _check_sum("log_prior", "have exponentials that sum to 1", log_prior.exp().sum(dim))
    joint = log_prior.double() + log_likelihood.to(log_prior.device).double()
    check_possible("log_likelihood", joint.amax(dim) > -torch.inf)
    return torch.log_softmax(joint, dim).to(log_prior.dtype)


def _check_axis(prior, likelihood, dim):
    """Both have as many hypotheses along `dim`, which means the same axis in both."""
    fewest = min(prior.ndim, likelihood.ndim)
    if not -fewest <= dim < fewest or (dim >= 0 and prior.ndim != likelihood.ndim):
        got = f"{dim} for shapes {tuple(prior.shape)} and {tuple(likelihood.shape)}"
        raise wrong("dim", "be the same axis in both", got, "one that both have, counted from the end")
    if prior.shape[dim] != likelihood.shape[dim]:
        got, need = f"{likelihood.shape[dim]} along dim", f"{prior.shape[dim]}, as in the prior"
        raise wrong("likelihood", "be given for every hypothesis", got, need)
    check_shapes(prior=prior, likelihood=likelihood)


def _check_sum(name, must, total):
    if (off := (total - 1).abs() > 1e-3).any():
        raise wrong(name, must, f"{total[off][0].item():g}", "1")
