"""Chapter 13's panes: three coins and their tosses, a rare disease, a share on a grid, the mean radius of tumours."""

import numpy as np
import torch
from pane import pane

from dlbook.scratch import bayes as public

PRIOR, LIKELIHOOD = np.full(3, 1 / 3), np.array([0.3, 0.5, 0.7]) ** 3 * np.array([0.7, 0.5, 0.3])  # heads, 3 of 4
DISEASE = (0.01, 0.9, 0.91)
GRID = np.linspace(0, 1, 2001)
DATA = np.array([12.0, 14.5, 13.1])


def tensors(*values):
    return [torch.tensor(value, dtype=torch.float64) for value in values]


@pane("bayes.discrete")
def test_discrete(held):
    ours = held.numpy(PRIOR, LIKELIHOOD)
    held.same(ours, held.public(PRIOR, LIKELIHOOD))
    prior, likelihood = tensors(PRIOR, LIKELIHOOD)
    held.same(ours, held.typed(prior=prior, likelihood=likelihood).posterior)
    held.same(ours, held.library(prior=prior, likelihood=likelihood).posterior)


@pane("bayes.discrete_from_logs")
def test_discrete_from_logs(held):
    logs = np.log(PRIOR), 1000 * np.log(LIKELIHOOD)
    ours = held.numpy(*logs)
    held.same(ours, held.public(*logs))
    names = dict(zip(("log_prior", "log_likelihood"), tensors(*logs), strict=True))
    held.same(ours, held.typed(**names).log_posterior)
    held.same(ours, held.library(**names).log_posterior)


@pane("bayes.medical_test")
def test_medical_test(held):
    ppv, npv = held.numpy(*DISEASE)
    held.same((ppv, npv), held.public(*DISEASE))
    page = held.typed(**dict(zip(("prevalence", "sensitivity", "specificity"), tensors(*DISEASE), strict=True)))
    held.same(ppv, page.ppv)
    held.same(npv, page.npv)


@pane("bayes.after_results")
def test_after_results(held):
    ours = held.numpy(*DISEASE, 3, 1)
    held.same(ours, held.public(*DISEASE, 3, 1))
    names = ("prevalence", "sensitivity", "specificity", "positives", "negatives")
    page = held.typed(**dict(zip(names, tensors(*DISEASE, 3, 1), strict=True)))
    held.same(ours, page.posterior)
    held.same(ours, held.library(log_odds=page.log_odds).posterior)


@pane("bayes.continuous")
def test_continuous(held):
    prior, likelihood = np.ones_like(GRID), GRID**6 * (1 - GRID) ** 4
    ours = held.numpy(prior, likelihood, GRID)
    held.same(ours, held.public(prior, likelihood, GRID))
    page = held.typed(**dict(zip(("prior", "likelihood", "grid"), tensors(prior, likelihood, GRID), strict=True)))
    held.same(ours, page.posterior)
    heads, tails, inside = tensors(6, 4, GRID[1:-1])
    # the trapezoid rule on a grid against the exact integral
    held.same(ours[1:-1], held.library(grid=inside, heads=heads, tails=tails).posterior, rtol=1e-9)


@pane("bayes.beta_binomial")
def test_beta_binomial(held):
    counts = (2.0, 3.0, 6.0, 4.0)
    a, b = held.numpy(*counts)
    held.same((a, b), held.public(*counts))
    held.same((a, b), torch.stack(held.numpy(*tensors(*counts))))
    page = held.library(**dict(zip(("a", "b", "successes", "failures"), tensors(*counts), strict=True)))
    held.same((a, b), (page.posterior.concentration1, page.posterior.concentration0))
    held.same(a / (a + b), page.mean)
    held.same(np.sqrt(a * b / ((a + b) ** 2 * (a + b + 1))), page.spread)


@pane("bayes.normal_normal")
def test_normal_normal(held):
    inputs = 10.0, 4.0, DATA, 12.0
    mean, var = held.numpy(*inputs)
    held.same((mean, var), held.public(*inputs))
    names = dict(zip(("mean", "var", "data", "noise_var"), tensors(*inputs), strict=True))
    held.same((mean, var), torch.stack(held.typed(**names).posterior))
    page = held.library(**dict(zip(("mean", "var"), tensors(mean, var), strict=True)))
    held.same(mean, (page.low + page.high) / 2)
    held.same(2 * 1.959963984540054 * np.sqrt(var), page.high - page.low, rtol=1e-7)  # the quantile of N(0, 1)


X_LINE, Y_LINE = np.array([[1.0, -1.0], [1.0, 0.5], [1.0, 2.0]]), np.array([0.2, 1.5, 2.4])  # ones, and places
X_NEW = np.array([[1.0, -3.0], [1.0, 0.0], [1.0, 4.0]])


@pane("bayes.linear_regression")
def test_linear_regression(held):
    given = X_LINE, Y_LINE, 0.25, 2.0
    mean, cov = held.numpy(*given)
    public = held.public(*given)
    held.same(mean, public.mean)
    held.same(cov, public.cov)
    names = ("X", "y", "noise_var", "prior_var")
    page = held.typed(**dict(zip(names, tensors(*given), strict=True)))
    held.same(mean, page.mean)
    held.same(cov, page.cov)
    held.same(mean, held.library(**dict(zip(names, given, strict=True))).mean)


@pane("bayes.linear_predictive")
def test_linear_predictive(held):
    noise_var, prior_var = 0.25, 2.0
    mean, cov = public.linear_regression(X_LINE, Y_LINE, noise_var, prior_var)
    centre, var = held.numpy(X_NEW, mean, cov, noise_var)
    held.same((centre, var), held.public(X_NEW, mean, cov, noise_var))
    page = held.typed(**dict(zip(("X", "mean", "cov", "noise_var"), tensors(X_NEW, mean, cov, noise_var), strict=True)))
    held.same(centre, page.centre)
    held.same(var, page.var)
    held.same(2 * 1.96 * np.sqrt(var), page.high - page.low)
    # a Gaussian process has no weights: it comes to the same band by the products of the places
    given = {"X": X_LINE[:, 1:], "y": Y_LINE, "noise_var": noise_var, "prior_var": prior_var, "X_new": X_NEW[:, 1:]}
    page = held.library(**given)
    held.same(centre, page.centre)
    held.same(var, page.var)
