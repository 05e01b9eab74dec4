"""What the tests share: the scenarios of the repository, and the command line of this environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("updraft")


@pytest.fixture
def small():
    """The path of a small scenario."""
    return ROOT / "examples/small.toml"


@pytest.fixture
def updraft_program(tmp_path):
    """Runs the command line in a temporary folder."""

    def run(*words, expected=0):
        done = subprocess.run([PROGRAM, *map(os.fspath, words)], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == expected, done.stderr
        return done

    return run
