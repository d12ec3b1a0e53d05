"""Beam search: the few best beginnings are carried on together, where greedy choice would follow one."""

import numpy as np

from dlbook._validate import generation as check
from dlbook._validate import number_between
from dlbook.scratch.generation._inputs import ids_of, scores


def best_continuations_core(beams, totals, log_prob, width):  # (B, t), (B,), (B, V)
    candidates = totals[:, None] + log_prob
    best = np.argsort(-candidates, axis=None, kind="stable")[:width]
    rows, ids = np.divmod(best, log_prob.shape[1])
    return np.column_stack([beams[rows], ids]), candidates[rows, ids]


def beam_search_core(step, beams, width, length, end, score):
    totals, done = np.zeros(len(beams)), []
    while len(beams) > 0 and beams.shape[1] < length:
        beams, totals = best_continuations_core(beams, totals, step(beams), width)
        ended = beams[:, -1] == end
        done += score(beams[ended], totals[ended])
        beams, totals = beams[~ended], totals[~ended]
    return sorted(done + score(beams, totals), key=lambda found: -found[1])[:width]


def beam_search(step, prompt, width, max_length, end=None, length_penalty=0.0):
    """The `width` sequences with the largest log P(y) / |y|^α that a beam of that width finds, the best first.

    `step(beams)` gives log P of the next token after each of B beginnings: (B, t) ids -> (B, V). A beginning that gets
    the token `end` leaves the beam; after `max_length` tokens all end. |y| counts what was added, `end` too. α =
    `length_penalty`: 0 prefers short sequences, 1 takes the mean of log P. A width of 1 is greedy choice.
    Shapes: prompt (T,) -> a list of ids (T + |y|,), and the scores (width,). Source: Wu and others 2016, who take
    ((5 + |y|) / 6)^α.
    """
    prompt = ids_of("prompt", prompt, np.iinfo(np.int64).max)
    check.check_beams(width, max_length, end)
    alpha = number_between("length_penalty", length_penalty, 0, 10)

    def score(beams, totals):
        return [(y, total / (len(y) - len(prompt)) ** alpha) for y, total in zip(beams, totals, strict=True)]

    def checked(beams):
        log_prob = scores("step", step(beams))
        check.check_step(log_prob.shape, len(beams))
        check.check_end(end, log_prob.shape[1])
        return log_prob.astype(np.float64)

    length, end = len(prompt) + max_length, -1 if end is None else end
    found = beam_search_core(checked, prompt[None], width, length, end, score)
    found = [(y, total) for y, total in found if total > -np.inf]
    return [y.astype(np.int64) for y, _ in found], np.array([total for _, total in found])
