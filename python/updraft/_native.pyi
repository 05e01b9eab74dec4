import os
from typing import Any, Callable, Optional, Sequence, final

__all__ = ["Outcome", "Table", "carry_out", "program", "toml", "version"]

@final
class Outcome:
    """What a command has told."""

    @property
    def exit(self) -> int: ...
    @property
    def answer(self) -> str: ...
    @property
    def messages(self) -> str: ...

@final
class Table:
    """A table. pyarrow, polars, pandas and every other library that knows the Arrow PyCapsule interface take it without
    copying: `polars.DataFrame(table)`, `pyarrow.table(table)`, `pandas.DataFrame.from_arrow(table)`."""

    @staticmethod
    def read(file: str | os.PathLike[str]) -> Table:
        """Reads a Parquet file that updraft has written."""

    @property
    def column_names(self) -> list[str]:
        """The names of the columns, in order. The unit of a column stands in its name."""

    @property
    def num_rows(self) -> int:
        """The number of rows."""

    def __len__(self) -> int: ...
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...
    def __arrow_c_schema__(self) -> Any: ...

def carry_out(
    words: Sequence[str | os.PathLike[str]],
    input: Optional[tuple[str, str]] = None,
    progress: Optional[Callable[[str], object]] = None,
) -> Outcome:
    """Runs a command in this process, without the interpreter's lock."""

def program(words: Sequence[str]) -> int:
    """Runs the program; returns its exit code."""

def toml(value: Any) -> str:
    """A value as TOML: of a dictionary a document, of any other value what stands behind `=`."""

def version() -> str:
    """The version of updraft."""
