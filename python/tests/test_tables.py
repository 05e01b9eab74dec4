"""Tables are those of the command line, and reach every library without copying."""

import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest

import updraft
from conftest import ROOT


def same(name, table, folder):
    """Whether `table` is that of the command line's Parquet file, to the last bit."""
    ours, theirs = pyarrow.table(table), pyarrow.parquet.read_table(folder / f"{name}.parquet")
    assert ours.schema.equals(theirs.schema), name
    for column in theirs.column_names:
        one, other = (cells[column].combine_chunks() for cells in (ours, theirs))
        assert one.is_null().equals(other.is_null()), (name, column)
        # Doubles as bits, so that no rounding and no sign of zero is missed.
        bits = [cells.drop_null().view(pyarrow.int64()) if pyarrow.types.is_floating(cells.type) else cells.drop_null()
                for cells in (one, other)]
        assert bits[0].equals(bits[1]), (name, column)


@pytest.mark.parametrize("command, scenario", [
    ("compare", "examples/small.toml"),
    ("run", "scenarios/branch-offices.toml"),
])
def test_tables_are_those_of_the_command_line(command, scenario, updraft_program, tmp_path):
    asked = [ROOT / scenario, "--replications", "1", "--agents", "--set", "server.slots=100"]
    updraft_program(command, *asked, "--tables", "parquet", "--plots", "svg", "-o", "theirs")
    results = getattr(updraft, command)(ROOT / scenario, set={"server.slots": 100}, replications=1, agents=True)
    theirs = sorted(file.stem for file in (tmp_path / "theirs").glob("*.parquet"))
    assert results.tables == theirs and "agents" in theirs
    for name in theirs:
        same(name, getattr(results, name), tmp_path / "theirs")
    assert results.to_html() == (tmp_path / "theirs/report.html").read_text()


def test_every_library_takes_a_table_without_copying(small):
    table = updraft.run(small).summary
    arrow = pyarrow.table(table)
    again = pyarrow.table(table)
    addresses = [cells["value"].chunk(0).buffers()[1].address for cells in (arrow, again)]
    assert addresses[0] == addresses[1]
    assert (arrow.num_rows, arrow.column_names) == (len(table), table.column_names)
    assert polars.DataFrame(table).shape == (len(table), len(table.column_names))
    assert pandas.DataFrame.from_arrow(table)["value"].equals(arrow["value"].to_pandas())
    assert pyarrow.schema(table).equals(arrow.schema)


def test_a_table_outlives_its_results(small):
    table = updraft.run(small).summary
    assert pyarrow.table(table).num_rows == len(table) > 0


def test_a_table_that_is_not_there_is_named(small):
    results = updraft.run(small)
    with pytest.raises(AttributeError, match="no table `agents`: they have .*summary"):
        results.agents
    assert not hasattr(results, "carried")


def test_a_file_that_is_no_table_is_refused(small, tmp_path):
    with pytest.raises(ValueError, match="small.toml"):
        updraft.Table.read(small)
    with pytest.raises(OSError):
        updraft.Table.read(tmp_path / "none.parquet")
