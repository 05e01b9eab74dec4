"""The program `updraft`: the command line, in this interpreter's process."""

import sys

from ._native import program


def main() -> int:
    """Runs the program with the arguments of this process; returns its exit code."""
    return program(["updraft", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
