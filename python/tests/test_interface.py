"""Keywords are flags, every table has its property, and the stubs describe the module."""

import inspect
import re
import subprocess
import sys

import pytest

import updraft
from conftest import ROOT

# Flags about a terminal, a browser or a cluster, and those that the package sets itself.
NOT_HERE = {
    "format", "quiet", "no-progress", "color", "tables", "help", "open", "annotations",
    "list", "shard", "shards", "emit",
}
COMMANDS = ["run", "compare", "sweep", "plan", "sensitivity", "explain", "replay"]


@pytest.mark.parametrize("command", COMMANDS)
def test_keywords_are_the_flags_of_the_command(command, updraft_program):
    told = updraft_program(command, "--help").stdout
    flags = set(re.findall(r"^ +(?:-\w, )?--([a-z-]+)", told.split("Options:", 1)[1].split("Examples:")[0], re.M))
    function = getattr(updraft, command)
    parameters = inspect.signature(function).parameters.values()
    keywords = {of.name.replace("_", "-") for of in parameters if of.kind is of.KEYWORD_ONLY}
    # The output of `replay` is its table.
    not_here = NOT_HERE | ({"output"} if command == "replay" else set())
    assert keywords == flags - not_here, command


def documented(function):
    return set(re.findall(r"^        (\w+):", function.__doc__, re.M))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_parameter_is_documented(command):
    function = getattr(updraft, command)
    # The others refer to `run`, and `sensitivity` to `sweep`.
    known = documented(function) | documented(updraft.run)
    known |= documented(updraft.sweep) if command == "sensitivity" else set()
    assert set(inspect.signature(function).parameters) <= known


def test_every_table_has_its_property_and_documentation(small):
    kinds = {updraft.Run: updraft.run(small, agents=True), updraft.Comparison: updraft.compare(small, replications=1)}
    for kind, results in kinds.items():
        for name in results.tables:
            assert isinstance(getattr(kind, name), property), name
            assert getattr(kind, name).__doc__
    plan = updraft.plan(small, target="protected_p95_s <= 3 h", days=2, fresh_days=10, confidence="60%")
    assert all(isinstance(getattr(updraft.Plan, name), property) for name in plan.tables)


def test_the_stubs_describe_the_module(tmp_path):
    checks = [["mypy.stubtest", "updraft._native"], ["mypy", "--strict", "-p", "updraft"]]
    for check in checks:
        done = subprocess.run([sys.executable, "-m", *check], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_everything_public_is_there_and_documented():
    for name in updraft.__all__:
        assert getattr(updraft, name).__doc__, name
    version = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M)
    assert updraft.__version__ == version[1]
