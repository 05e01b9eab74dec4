"""Progress: the lines of `--progress json` (docs/long-work.md), as a bar by tqdm or passed on."""

from __future__ import annotations

import json
import warnings
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Callable, Iterator, Mapping, Optional


@contextmanager
def listener(show: Any) -> Iterator[Optional[Callable[[str], object]]]:
    """What listens to the lines of progress, if anything does."""
    if callable(show):
        yield lambda line: show(json.loads(line))
        return
    tqdm = None if show is False else _tqdm(is_needed=show is True)
    if tqdm is None:
        yield None
        return
    # By default a bar is for terminals and notebooks.
    with tqdm(total=100, unit="%", leave=False, disable=False if show is True else None) as bar:
        yield lambda line: _advance(bar, json.loads(line))


def _tqdm(is_needed: bool) -> Any:
    try:
        with warnings.catch_warnings():
            # In a notebook without ipywidgets the bar is one of text.
            warnings.simplefilter("ignore")
            return import_module("tqdm.auto").tqdm
    except ImportError:
        if is_needed:
            raise
        return None


def _advance(bar: Any, at: Mapping[str, Any]) -> None:
    if "share" in at:
        bar.n = round(100 * at["share"], 1)
    else:
        # A plan: a search of unknown length.
        bar.total, bar.unit = None, " candidates"
        bar.n += 1
        bar.set_postfix_str(f"{at['update_agents']} Update Agents", refresh=False)
    bar.refresh()
