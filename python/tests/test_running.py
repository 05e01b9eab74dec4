"""Interruption, threads, progress, and the program."""

import os
import signal
import sys
import threading
import time

import pyarrow
import pytest

import updraft

# Enough replications that they do not end by themselves.
ENDLESS = 100_000


def interrupted_after(seconds, work):
    """What `work` does when Ctrl-C comes after that time."""
    timer = threading.Timer(seconds, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    try:
        return work()
    finally:
        timer.join()


def test_ctrl_c_is_a_keyboard_interrupt(small):
    with pytest.raises(KeyboardInterrupt):
        interrupted_after(1, lambda: updraft.run(small, replications=ENDLESS))
    # The next call is not affected.
    assert updraft.run(small).met


def test_finished_runs_are_kept_and_resumed(small, tmp_path):
    asked = {"replications": 30, "output": tmp_path / "kept", "threads": 1}
    started = []
    def stop_at_the_second_run(at):
        if at["run"] > 2 and not started:
            started.append(at)
            os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        updraft.run(small, progress=stop_at_the_second_run, **asked)
    assert not (tmp_path / "kept").exists() and len(list(tmp_path.iterdir())) > 0
    resumed = updraft.run(small, resume=True, **asked)
    whole = updraft.run(small, replications=30)
    assert pyarrow.table(resumed.summary).equals(pyarrow.table(whole.summary))


def test_an_error_of_a_listener_stops_the_command(small):
    def listener(at):
        raise LookupError("planted")
    with pytest.raises(LookupError, match="planted"):
        updraft.run(small, replications=ENDLESS, progress=listener)


def test_other_threads_go_on_meanwhile(small):
    counted, stop = [0], threading.Event()
    def count():
        while not stop.is_set():
            counted[0] += 1
            time.sleep(0.001)
    thread = threading.Thread(target=count)
    thread.start()
    try:
        before = counted[0]
        updraft.run(small, replications=5, threads=1)
        assert counted[0] > before
    finally:
        stop.set()
        thread.join()


def test_two_commands_at_once_keep_apart(small):
    results = {}
    def work(option):
        results[option] = updraft.run(small, option=option)
    threads = [threading.Thread(target=work, args=[option]) for option in ("server", "ua")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for option, result in results.items():
        assert set(pyarrow.table(result.summary)["option"].to_pylist()) == {option}
    assert len(results) == 2


def test_progress_is_passed_on(small):
    shares = []
    updraft.run(small, replications=5, threads=1, progress=lambda at: shares.append(at["share"]))
    assert shares == sorted(shares) and shares


def test_progress_is_a_bar_of_tqdm_if_it_is_there(small, capsys, monkeypatch):
    updraft.run(small, progress=True)
    assert "%" in capsys.readouterr().err
    updraft.run(small, progress=False)
    assert capsys.readouterr().err == ""
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    assert updraft.run(small).met
    with pytest.raises(ImportError):
        updraft.run(small, progress=True)


def test_the_program_is_the_command_line(small, updraft_program):
    assert updraft_program("--version").stdout == f"updraft {updraft.__version__}\n"
    assert "protected_p95_s" in updraft_program("run", small, "-o", "-").stdout
    assert "error" in updraft_program("check", "none.toml", expected=1).stderr
    updraft_program("run", expected=2)
