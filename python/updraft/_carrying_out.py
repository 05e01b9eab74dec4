"""Carries out a command: its arguments become those of the command line, its results a results folder."""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping, Optional, Sequence, Type, TypeVar

from . import _native
from ._errors import UpdraftWarning, error_of
from ._progress import listener
from ._results import Answer, Told

A = TypeVar("A", bound=Answer)

# The exit codes of a command that has results: done, a target not met, incomplete.
HAS_RESULTS = (0, 4, 5)


def carry_out(kind: Type[A], command: str, given: Mapping[str, Any]) -> A:
    """Carries out `command` with the arguments `given` to its function."""
    flags = dict(given)
    inputs = [_input(flags.pop(name)) for name in kind.inputs]
    input = next((text for _, text in inputs if text is not None), None)
    show, asked = flags.pop("progress"), flags.pop("output", None)
    words = ["updraft", command, *(word for word, _ in inputs), *kind.words]
    for name, value in flags.items():
        words += _flag(name, value)
    output, home = None, None
    if asked is not None:
        output = Path(asked)
    elif kind.output is not None:
        home = tempfile.TemporaryDirectory(prefix="updraft-")
        output = Path(home.name, kind.output)
    words += [] if output is None else [f"--output={output}"]

    def told_as(form: str, show: Any = False) -> _native.Outcome:
        return _carried_out([*words, f"--format={form}"], input, show)

    told = told_as("json", show)
    answer = json.loads(told.answer)
    return kind(Told(answer, told.exit, output, home, lambda form: told_as(form).answer))


def _carried_out(
    words: Sequence[str], input: Optional[tuple[str, str]], show: Any
) -> _native.Outcome:
    with listener(show) as listens:
        common = ["--color", "never", *(["--no-progress"] if listens is None else ["--progress", "json"])]
        told = _native.carry_out([*words, *common], input, listens)
    if told.exit not in HAS_RESULTS:
        raise error_of(told.exit, told.answer, told.messages)
    if told.messages:
        warnings.warn(told.messages.strip(), UpdraftWarning, stacklevel=5)
    return told


def _input(given: Any) -> tuple[str, Optional[tuple[str, str]]]:
    """The word of the command line for an input, and what stands on standard input: its name and its text."""
    if isinstance(given, Mapping):
        return "-", ("<dict>", _native.toml(dict(given)))
    if isinstance(given, str) and "\n" in given:
        return "-", ("<text>", given)
    if isinstance(given, str) and given.strip() in ("", "-"):
        raise error_of(2, "", f"`{given}` is no scenario: expected a path, a text of several lines, or a dictionary")
    return os.fspath(given), None


def _flag(name: str, value: Any) -> Iterator[str]:
    """The words for the keyword `name`."""
    flag = "--" + name.replace("_", "-")
    written: Callable[[Any], str] = _joined if name in ("vary", "lever") else _value
    if value is None or value is False:
        return
    if value is True:
        yield flag
    elif isinstance(value, Mapping):
        for key, of in value.items():
            # One word, so that no value is taken for a flag.
            yield f"{flag}={key}={written(of)}"
    elif name == "option":
        yield f"{flag}={value if isinstance(value, str) else ','.join(value)}"
    elif isinstance(value, (list, tuple)):
        yield from (f"{flag}={_word(one)}" for one in value)
    else:
        yield f"{flag}={_word(value)}"


def _word(value: Any) -> Any:
    """The value of a flag: of a path its text."""
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def _value(value: Any) -> str:
    """The value of a scenario key."""
    return value if isinstance(value, str) else _native.toml(value)


def _joined(values: Any) -> str:
    """The values of a varied key."""
    if isinstance(values, str):
        return values
    # A text with a comma is quoted.
    return ",".join(_native.toml(value) if "," in str(value) else _value(value) for value in values)
