"""parallel.data_parallel: real processes that share every batch walk as one, and none outlives the death of another."""

import functools
import os
import re
import subprocess
import sys
import tempfile

import numpy as np
import pytest
import torch
from farewell import farewell

from dlbook import data
from dlbook.pytorch import _processes, parallel


@pytest.fixture
def started(monkeypatch, tmp_path):
    """The processes that the test started; afterwards all of them have ended, and no file is left."""
    processes, start = [], _processes.CONTEXT.Process
    record = lambda **how: processes.append(start(**how)) or processes[-1]
    monkeypatch.setattr(_processes.CONTEXT, "Process", record)
    monkeypatch.setattr(tempfile, "TemporaryDirectory", functools.partial(tempfile.TemporaryDirectory, dir=tmp_path))
    yield processes
    for process in processes:
        assert process.exitcode is not None, "a process was left behind"
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)  # not even a zombie
    assert list(tmp_path.iterdir()) == [], "files were left behind"


def gradients(model, X, y):
    """The gradient of the mean cross-entropy, all parameters in one vector."""
    model.zero_grad()
    torch.nn.functional.cross_entropy(model(X), y).backward()
    return torch.cat([p.grad.flatten() for p in model.parameters()])


def tumours(n, dtype=np.float64):
    tumours = data.breast_cancer()
    X = (tumours.X - tumours.X.mean(axis=0)) / tumours.X.std(axis=0)
    return X[:n].astype(dtype), tumours.y[:n]


@pytest.mark.parametrize("batch_norm", [False, True])
def test_the_gradient_is_the_weighted_mean_of_the_shards_gradients_unless_torch_normalises_by_batch(batch_norm):
    X, y = map(torch.from_numpy, tumours(7))
    model = parallel.mlp(X, y, (5, 4), batch_norm, seed=0)
    whole, first, second = (gradients(model, X[rows], y[rows]) for rows in (slice(None), slice(4), slice(4, None)))
    assert torch.allclose(4 / 7 * first + 3 / 7 * second, whole, rtol=1e-10) is not batch_norm
    assert not torch.allclose((first + second) / 2, whole, rtol=1e-3), "the shards' sizes matter"


def test_one_process_is_softmax_regression_by_hand_and_torch_keeps_its_random_numbers():
    X, y = tumours(40)
    state = torch.get_rng_state()
    run = parallel.single_process(X, y, hidden=(), lr=0.3, batch_size=16, epochs=2, seed=5)
    assert torch.equal(state, torch.get_rng_state())
    start = parallel.mlp(torch.from_numpy(X), torch.from_numpy(y), (), False, seed=5)
    W, b = (parameter.detach().numpy().copy() for parameter in start.parameters())
    for step, rows in enumerate(parallel.batches(40, 16, 2, seed=5)):
        scores = np.exp(X[rows] @ W.T + b)  # (B, 2)
        p = scores / scores.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(run.losses[step, 0], -np.log(p[np.arange(len(rows)), y[rows]]).mean(), rtol=1e-10)
        delta = (p - np.eye(2)[y[rows]]) / len(rows)
        W, b = W - 0.3 * delta.T @ X[rows], b - 0.3 * delta.sum(axis=0)
    np.testing.assert_allclose(run.weights["0.weight"], W, rtol=1e-10)
    np.testing.assert_allclose(run.weights["0.bias"], b, rtol=1e-10)
    assert run.sizes[:, 0].tolist() == [16, 16, 8] * 2


def test_two_torch_processes_end_with_the_weights_of_one(started, monkeypatch, capsys):
    runs, original = [], parallel.data_parallel
    monkeypatch.setattr(parallel, "data_parallel", lambda *a, **k: runs.append(original(*a, **k)) or runs[-1])
    assert parallel.main(["--workers", "2", "--epochs", "3"]) is None
    said = capsys.readouterr().out
    for rank in (0, 1):
        assert re.findall(rf"rank {rank}: step (\d+), loss", said) == ["29", "58", "87"]
        assert re.search(rf"rank {rank}: .* s of training, \d+% of it in the exchange", said)
    assert "equal to the single process's" in said

    run, digits = runs[0], data.digits()
    one = parallel.single_process(digits.X, digits.y, epochs=3)
    assert len(started) == 2 and run.apart == 0
    assert run.weights.keys() == one.weights.keys() == {"0.weight", "0.bias", "2.weight", "2.bias"}
    for name, weights in one.weights.items():
        assert run.weights[name].dtype == np.float64
        np.testing.assert_allclose(run.weights[name], weights, rtol=1e-10, atol=1e-12, err_msg=name)
    assert run.sizes[27].tolist() == [32, 32] and run.sizes[28].tolist() == [3, 2], "the last batch is shared unequally"
    np.testing.assert_allclose(
        (run.losses * run.sizes).sum(axis=1) / run.sizes.sum(axis=1), one.losses[:, 0], rtol=1e-10
    )
    assert one.losses[-20:].mean() < one.losses[:20].mean() / 2, "nothing was learnt, so nothing was compared"
    assert run.elements == 64 * 32 + 32 + 32 * 10 + 10
    assert ((0 < run.exchange) & (run.exchange < run.seconds)).all()


def test_an_empty_shard_and_float32(started):
    X, y = tumours(33, np.float32)  # the last batch has one row: the second torch process has none
    settings = dict(hidden=(), lr=0.1, batch_size=16, epochs=2, seed=1)
    run, one = parallel.data_parallel(X, y, workers=2, **settings), parallel.single_process(X, y, **settings)
    assert run.sizes[2].tolist() == [1, 0] and run.losses[2, 1] == 0
    for name, weights in one.weights.items():
        assert run.weights[name].dtype == np.float32
        np.testing.assert_allclose(run.weights[name], weights, rtol=1e-4, atol=1e-6, err_msg=name)


def test_a_killed_torch_worker_ends_the_run(started, capsys):
    message = parallel.main(["--kill", "1", "30"])
    assert message.startswith("rank 1 of 2 was killed by SIGKILL")
    assert started[1].exitcode == -9 and started[0].exitcode != 0
    assert "step 29" in capsys.readouterr().out, "it died in the middle"


def test_a_worker_that_no_longer_answers_ends_the_torch_run(started):
    with pytest.raises(
        RuntimeError, match=r"(?s)rank 0 of 2 ended with exit code 1; rank 1 was still running.*Timed out"
    ):
        parallel.data_parallel(*tumours(64), batch_size=16, timeout=5.0, fail_at=(1, 2, "SIGSTOP"))


def test_an_exception_in_a_torch_worker_comes_with_its_traceback(started):
    words = r"(?s)rank 1 of 2 ended with exit code 1.*Traceback.*train_shards.*Expected more than 1 value per channel"
    with pytest.raises(RuntimeError, match=words):  # batch norm has no variance on a shard of one row
        parallel.data_parallel(*tumours(35), batch_size=32, batch_norm=True)


@pytest.mark.parametrize(
    "plan, limit, words",
    [
        ([(60, 0), (0, 3)], 60, "rank 1 of 2 ended with exit code 3; rank 0 was still running and was ended$"),
        ([(0, 0), (60, 0), (0, 4), (60, 0)], 60, "rank 2 of 4 ended with exit code 4; rank 1, 3 was still running"),
        ([(60, 0), (60, 0)], 0.5, "rank 0, 1 had not ended after 0.5 s; all were ended"),
    ],
)
def test_processes_end_together_with_torch_or_without(started, plan, limit, words):
    with pytest.raises(RuntimeError, match=f"^{words}"):
        _processes.run_together(farewell, len(plan), limit, plan)
    assert len(started) == len(plan)


def test_who_was_killed_is_named_before_who_failed_because_of_it_in_torch():
    lost, early = (12.0, "Connection closed by peer"), (11.0, "The reason")
    assert _processes._obituary([1, -9], {0: lost}) == "rank 1 of 2 was killed by SIGKILL"
    assert _processes._obituary([1, 1, 0], {0: lost, 1: early}) == "rank 1 of 3 ended with exit code 1\nThe reason"


def command_line(*options):
    """What a shell gets: the exit code, stdout and stderr of a Python of its own."""
    command = [sys.executable, "-m", "dlbook.pytorch.parallel", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    return done.returncode, done.stdout, done.stderr


def test_from_a_shell_two_torch_processes_train_as_one():
    code, out, _ = command_line("--workers", "2", "--epochs", "1")
    assert code == 0 and "rank 1: step 29, loss" in out
    assert "the weights are equal to the single process's" in out.splitlines()[-1]


def test_from_a_shell_a_killed_torch_worker_is_an_error():
    code, out, err = command_line("--epochs", "1", "--kill", "1", "20")
    assert code == 1 and "single process" not in out
    assert "rank 1 of 2 was killed by SIGKILL" in err and "parallel.py" not in err, "a message, no traceback"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--workers", "0"], "workers must be a whole number: got 0, need 1 or more"),
        (["--lr", "-1"], "lr must be a number"),
        (
            ["--kill", "5", "3"],
            "fail_at must name a rank, a step and a signal: got (5, 3, 'SIGKILL'), need a rank below 2",
        ),
        (["--kill", "1", "3000"], "need a rank below 2, a step below 87"),
    ],
)
def test_a_bad_option_is_told_with_the_usage_of_the_torch_command_line(started, capsys, options, words):
    with pytest.raises(SystemExit, match="^2$"):
        parallel.main(options)
    said = capsys.readouterr().err
    assert said.startswith("usage: python -m dlbook.pytorch.parallel") and words in said
    assert started == []


def test_help_names_every_option_of_the_torch_command_line(capsys):
    with pytest.raises(SystemExit, match="^0$"):
        parallel.main(["--help"])
    assert {"--workers", "--epochs", "--batch-size", "--lr", "--kill"} <= set(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    "wrong, words",
    [
        (dict(workers=0), "workers must be a whole number: got 0, need 1 or more"),
        (dict(epochs=1.5), "epochs must be a whole number: got 1.5"),
        (dict(batch_size=0), "batch_size must be a whole number"),
        (dict(lr=-1), "lr must be a number: got -1, need 0 to inf"),
        (dict(timeout=0), "timeout must be a number"),
        (dict(limit=float("nan")), "limit must be a number"),
        (dict(fail_at=(2, 0, "SIGKILL")), r"fail_at must name a rank, a step and a signal: got \(2, 0"),
        (dict(fail_at=(1, 0, "DEATH")), "fail_at must name"),
        (dict(fail_at=(1, 1, "SIGKILL")), "fail_at must name .* need a rank below 2, a step below 1, and a name"),
        (dict(y=[0, -1]), "y must hold classes: got -1, need integers from 0"),
        (dict(y=[0.0, 1.0]), "y must hold classes: got float64"),
        (dict(y=[0]), "X must be as long as y: got 2 values, need 1"),
        (dict(X=[1.0, 2.0]), r"X must have two dimensions: got shape \(2,\)"),
        (dict(y=[]), r"y must not be empty"),
    ],
)
def test_bad_input_is_told_before_a_torch_process_starts(started, wrong, words):
    with pytest.raises(ValueError, match=f"^{words}"):
        parallel.data_parallel(**{"X": [[1.0], [2.0]], "y": [0, 1]} | wrong)
    assert started == []
