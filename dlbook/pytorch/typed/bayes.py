"""Chapter 13: Bayes' rule in tensors, and by torch.distributions where it has the pair."""

import torch


def bayes_discrete(prior, likelihood):
    joint = prior * likelihood
    posterior = joint / joint.sum(dim=-1, keepdim=True)


def bayes_discrete_library(prior, likelihood):
    from torch.distributions import Categorical

    posterior = Categorical(probs=prior * likelihood).probs


def bayes_discrete_from_logs(log_prior, log_likelihood):
    log_posterior = torch.log_softmax(log_prior + log_likelihood, dim=-1)


def bayes_discrete_from_logs_library(log_prior, log_likelihood):
    from torch.distributions import Categorical

    log_posterior = Categorical(logits=log_prior + log_likelihood).logits


def bayes_medical_test(prevalence, sensitivity, specificity):
    prior = torch.stack([prevalence, 1 - prevalence])  # sick, healthy
    positive = prior * torch.stack([sensitivity, 1 - specificity])
    negative = prior * torch.stack([1 - sensitivity, specificity])
    ppv = positive[0] / positive.sum()
    npv = negative[1] / negative.sum()


def bayes_after_results(prevalence, sensitivity, specificity, positives, negatives):
    log_odds = torch.logit(prevalence)
    log_odds += positives * torch.log(sensitivity / (1 - specificity))
    log_odds += negatives * torch.log((1 - sensitivity) / specificity)
    posterior = torch.sigmoid(log_odds)


def bayes_after_results_library(log_odds):
    from torch.distributions import Bernoulli

    posterior = Bernoulli(logits=log_odds).probs


def bayes_continuous(prior, likelihood, grid):
    joint = prior * likelihood
    posterior = joint / torch.trapezoid(joint, grid)


def bayes_continuous_library(grid, heads, tails):
    from torch.distributions import Beta

    posterior = Beta(1 + heads, 1 + tails).log_prob(grid).exp()  # after a flat prior, in closed form


def bayes_beta_binomial_library(a, b, successes, failures):
    from torch.distributions import Beta

    posterior = Beta(a + successes, b + failures)
    mean, spread = posterior.mean, posterior.stddev


def bayes_normal_normal(mean, var, data, noise_var):
    precision = 1 / var + len(data) / noise_var
    weighted = mean / var + data.sum() / noise_var
    posterior = weighted / precision, 1 / precision


def bayes_normal_normal_library(mean, var):
    from torch.distributions import Normal

    posterior = Normal(mean, var.sqrt())  # takes the standard deviation, not the variance
    low, high = posterior.icdf(torch.tensor([0.025, 0.975]))


def bayes_linear_regression(X, y, noise_var, prior_var):
    precision = X.T @ X / noise_var + torch.eye(X.shape[1]) / prior_var
    cov = torch.linalg.inv(precision)
    mean = cov @ (X.T @ y / noise_var)


def bayes_linear_regression_library(X, y, noise_var, prior_var):
    from sklearn.linear_model import Ridge

    mean = Ridge(alpha=noise_var / prior_var, fit_intercept=False).fit(X, y).coef_


def bayes_linear_predictive(X, mean, cov, noise_var):
    centre = X @ mean
    var = torch.einsum("md,de,me->m", X, cov, X) + noise_var
    low, high = centre - 1.96 * var.sqrt(), centre + 1.96 * var.sqrt()


def bayes_linear_predictive_library(X, y, noise_var, prior_var, X_new):
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import DotProduct

    kernel = prior_var * DotProduct(sigma_0=1)  # 1 is the column of ones
    model = GaussianProcessRegressor(kernel, alpha=noise_var, optimizer=None).fit(X, y)
    centre, of_the_line = model.predict(X_new, return_std=True)
    var = of_the_line**2 + noise_var
