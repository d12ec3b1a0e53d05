"""Chapter 01's panes, on what the chapter's classifier answers, and on the digits for more than two classes."""

from functools import partial

import numpy as np
import torch
from pane import pane

from dlbook import pytorch
from dlbook.experiments.metrics import nearest_centroid_digits, screening
from dlbook.scratch import metrics

SCORES = screening()
Y, S = SCORES.y_true, SCORES.y_score
CALLED = SCORES.predict(0.5)
(TN, FP), (FN, TP) = metrics.confusion_matrix(Y, CALLED)
DIGITS = nearest_centroid_digits()
T = torch.tensor
DOUBLE = partial(torch.tensor, dtype=torch.float64)  # torch divides whole numbers in its default dtype


def hold_answers(held, **cores):
    """A metric of y_true and y_pred: every room, from the labels or from what the core takes."""
    ((name, ours),) = cores.items()
    if "both" in held.codes:
        held.same(ours(np.float64), ours(DOUBLE))
    else:
        held.same(ours(np.asarray), getattr(held.typed(y_true=T(Y), y_pred=T(CALLED)), name))
    held.same(ours(np.asarray), held.public(Y, CALLED))
    held.same(ours(np.asarray), getattr(held.library(y_true=Y, y_pred=CALLED), name))


@pane("metrics.confusion_matrix")
def test_confusion_matrix(held):
    for y_true, y_pred, K in ((Y, CALLED, 2), (*DIGITS, 10)):
        M = held.numpy(y_true, y_pred, np.ones(len(y_true), dtype=int), K)
        held.same(M, held.typed(y_true=T(y_true), y_pred=T(y_pred), K=K).M)
        held.same(M, held.public(y_true, y_pred))
    library = held.library(y_true=Y, y_pred=CALLED)
    held.same([[library.tn, library.fp], [library.fn, library.tp]], library.M)
    held.same(library.M, metrics.confusion_matrix(Y, CALLED))


@pane("metrics.accuracy")
def test_accuracy(held):
    hold_answers(held, accuracy=lambda room: held.numpy(Y, CALLED))


@pane("metrics.error_rate")
def test_error_rate(held):
    hold_answers(held, error_rate=lambda room: held.numpy(Y, CALLED))


@pane("metrics.precision")
def test_precision(held):
    hold_answers(held, precision=lambda room: held.numpy(room(TP), room(FP)))


@pane("metrics.recall")
def test_recall(held):
    hold_answers(held, recall=lambda room: held.numpy(room(TP), room(FN)))


@pane("metrics.false_negative_rate")
def test_false_negative_rate(held):
    hold_answers(held, fnr=lambda room: held.numpy(room(FN), room(TP)))


@pane("metrics.specificity")
def test_specificity(held):
    hold_answers(held, specificity=lambda room: held.numpy(room(TN), room(FP)))


@pane("metrics.false_positive_rate")
def test_false_positive_rate(held):
    hold_answers(held, fpr=lambda room: held.numpy(room(FP), room(TN)))


PRECISION, RECALL = TP / (TP + FP), TP / (TP + FN)


@pane("metrics.f1_score")
def test_f1_score(held):
    hold_answers(held, f1=lambda room: held.numpy(room(PRECISION), room(RECALL)))


@pane("metrics.fbeta_score")
def test_fbeta_score(held):
    f2 = held.numpy(PRECISION, RECALL, 2)
    held.same(f2, held.numpy(T(PRECISION), T(RECALL), 2))
    held.same(f2, held.public(Y, CALLED, beta=2))
    held.same(f2, held.library(y_true=Y, y_pred=CALLED).f2)


@pane("metrics.balanced_accuracy_score")
def test_balanced_accuracy_score(held):
    hold_answers(held, balanced=lambda room: held.numpy(room([TN, TP]), room([FP, FN])))
    y_true, y_pred = DIGITS
    found = np.bincount(y_true[y_true == y_pred], minlength=10)
    balanced = held.numpy(found, np.bincount(y_true) - found)
    held.same(balanced, held.public(y_true, y_pred))
    held.same(balanced, held.library(y_true=y_true, y_pred=y_pred).balanced)


@pane("metrics.matthews_corrcoef")
def test_matthews_corrcoef(held):
    hold_answers(held, mcc=lambda room: held.numpy(room(TP), room(FP), room(FN), room(TN)))


# Curves: twenty scores share ten values, so that some are equal

FEW, TIED = Y[:20], S[:20].round(1)
COUNTS = metrics.falling_threshold(FEW, TIED)[:2]


@pane("metrics.falling_threshold")
def test_falling_threshold(held):
    ours = held.numpy(FEW == 1, FEW == 0, TIED)
    typed = held.typed(y_true=T(FEW), y_score=T(TIED))
    library = held.library(y_true=FEW, y_score=TIED)
    assert len(ours[2]) < len(TIED)
    for a, *others in zip(
        ours,
        (typed.fp, typed.tp, typed.thresholds),
        (library.fp, library.tp, library.thresholds),
        held.public(FEW, TIED),
        strict=True,
    ):
        for b in others:
            held.same(a, b)


@pane("metrics.roc_curve")
def test_roc_curve(held):
    fpr, tpr = held.numpy(*COUNTS)
    typed, library = held.typed(fp=T(COUNTS[0]), tp=T(COUNTS[1])), held.library(y_true=FEW, y_score=TIED)
    public = held.public(FEW, TIED, drop_intermediate=False)
    for rates in ((typed.fpr, typed.tpr), (library.fpr, library.tpr), public[:2]):
        held.same(fpr, rates[0])
        held.same(tpr, rates[1])


FPR, TPR, _ = metrics.roc_curve(FEW, TIED)


@pane("metrics.auc")
def test_auc(held):
    area = held.numpy(FPR, TPR)
    held.same(area, held.typed(fpr=T(FPR), tpr=T(TPR)).area)
    held.same(area, held.library(fpr=FPR, tpr=TPR).area)
    held.same(area, held.public(FPR, TPR))


@pane("metrics.roc_auc_score")
def test_roc_auc_score(held):
    for y, s in ((Y, S), (FEW, TIED)):
        area = held.numpy(s[y == 1], s[y == 0])
        held.same(area, held.typed(y_true=T(y), y_score=T(s)).auc)
        held.same(area, held.library(y_true=y, y_score=s).auc)
        held.same(area, held.public(y, s))
    held.same(area, metrics.auc(FPR, TPR))


@pane("metrics.precision_recall_curve")
def test_precision_recall_curve(held):
    precision, recall = held.numpy(*COUNTS)
    for ours, theirs in zip((precision, recall), held.numpy(*map(DOUBLE, COUNTS)), strict=True):
        held.same(ours, theirs)
    library, public = held.library(y_true=FEW, y_score=TIED), held.public(FEW, TIED)
    for theirs in ((library.precision, library.recall), public[:2]):
        held.same(precision[::-1], theirs[0][:-1])  # the last point, (0, 1), is no threshold's
        held.same(recall[::-1], theirs[1][:-1])


@pane("metrics.average_precision")
def test_average_precision(held):
    precision, recall, _ = metrics.precision_recall_curve(FEW, TIED)
    precision, recall = precision[-2::-1], recall[-2::-1]
    area = held.numpy(precision, recall)
    held.same(area, held.typed(precision=T(precision.copy()), recall=T(recall.copy())).ap)
    held.same(area, held.library(y_true=FEW, y_score=TIED).ap)
    held.same(area, held.public(FEW, TIED))


# Ten classes


def hold_average(held, name):
    classes = np.arange(10)
    average = held.numpy(metrics.precision, *DIGITS, classes)
    held.same(average, held.numpy(pytorch.metrics.precision, *map(T, DIGITS), T(classes)))
    held.same(average, held.public(metrics.precision, *DIGITS))
    held.same(average, getattr(held.library(y_true=DIGITS[0], y_pred=DIGITS[1]), name))


@pane("metrics.macro_average")
def test_macro_average(held):
    hold_average(held, "macro")


@pane("metrics.micro_average")
def test_micro_average(held):
    hold_average(held, "micro")
