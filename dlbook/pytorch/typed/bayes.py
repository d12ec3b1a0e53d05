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
