"""What can go wrong, by the exit codes of the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Optional, Sequence


class UpdraftError(Exception):
    """A file could not be read or written, or updraft itself failed (exit code 1). All errors of updraft are of this type."""


class UsageError(UpdraftError, ValueError):
    """An argument is wrong, or two contradict each other (exit code 2)."""


class ScenarioError(UpdraftError, ValueError):
    """A scenario, or another input, is not valid (exit code 3)."""

    diagnostics: "Sequence[Diagnostic]"
    """The problems in the order of the input; empty if the problem has no position in a file."""

    def __init__(self, message: str, diagnostics: "Sequence[Diagnostic]" = ()) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics


class UpdraftWarning(UserWarning):
    """What a command tells besides its results, such as a threshold that is broken, or a column that is ignored."""


@dataclass(frozen=True)
class Diagnostic:
    """A problem of an input, with its position."""

    file: str
    """The file as given, `<text>` or `<dict>`; or another layer: `updraft.toml`, an overlay, `environment`, `--set`."""
    line: int
    """Its first line, from 1."""
    column: int
    """Its first column in characters, from 1."""
    end_line: int
    """The line on which it ends."""
    end_column: int
    """The column after its last character."""
    code: str
    """Its code, such as `unknown-key`, which `updraft.explain("unknown-key")` explains."""
    message: str
    """What is wrong."""
    expected: str
    """What was expected there."""
    help: Optional[str]
    """A suggestion."""
    reference: Optional[str]
    """The entry of the scenario reference, such as `docs/scenario.md#site.count`."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: error[{self.code}]"
        told = f"{place}: {self.message}: expected {self.expected}"
        return told if self.help is None else f"{told}; {self.help}"


def error_of(exit_code: int, answer: str, messages: str) -> BaseException:
    """The exception for a command that ended with this exit code."""
    told = messages.strip().removeprefix("error: ")
    if exit_code == 130:
        return KeyboardInterrupt(told)
    if exit_code == 2:
        return UsageError(told)
    if exit_code != 3:
        return UpdraftError(told)
    if not answer.strip():
        return ScenarioError(told)
    problems = json.loads(answer)
    diagnostics = tuple(Diagnostic(**record) for record in problems["problems"])
    lines = [told, problems["summary"], *map(str, diagnostics)]
    return ScenarioError("\n".join(line for line in lines if line), diagnostics)
