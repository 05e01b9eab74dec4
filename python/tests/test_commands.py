"""Each command, with the results that its command line writes."""

import json
import tomllib

import pyarrow
import pyarrow.csv
import pytest

import updraft

OPTIONS = ["direct", "server", "server-ua", "ua"]


def column(table, name):
    return pyarrow.table(table)[name].to_pylist()


def test_run_simulates_one_option(small):
    results = updraft.run(small, option="ua", replications=2, seed=7)
    assert set(column(results.summary, "option")) == {"ua"}
    assert set(column(results.summary, "replication")) == {1, 2}
    assert results.met and isinstance(results, updraft.Run)


def test_compare_simulates_all_and_answers(small):
    comparison = updraft.compare(small, replications=2, what_if=True)
    assert sorted(set(column(comparison.estimates, "option"))) == OPTIONS
    assert {"recommendation", "estimates", "what_if"} <= comparison.answer.keys()
    assert comparison.to_html().startswith("<!doctype html>")
    assert repr(comparison).startswith("<updraft.Comparison: ")


def test_a_temporary_folder_lives_as_long_as_its_results(small, tmp_path):
    results = updraft.run(small)
    folder = results.folder
    assert (folder / "manifest.json").exists()
    del results
    assert not folder.exists()
    kept = updraft.run(small, output=tmp_path / "kept")
    assert kept.folder == tmp_path / "kept"
    del kept
    assert (tmp_path / "kept/summary.csv").exists()


def test_kept_results_are_verified_by_the_command_line(small, tmp_path, updraft_program):
    updraft.run(small.read_text(), set={"server.slots": 50}, output=tmp_path / "kept")
    updraft_program("verify", "kept")


def test_sweep_simulates_each_point(small):
    swept = updraft.sweep(
        small,
        vary={"server.slots": [50, 100], "site.branch.bandwidth": ["4 Mbit/s", "8 Mbit/s"]},
        option=["server", "ua"],
        where=["server.slots >= 100"],
        metric="protected_p95_s",
    )
    assert (len(swept.points), swept.answer["points"], swept.answer["runs"]) == (2, 2, 4)
    assert set(column(swept.estimates, "server.slots")) == {100}
    assert set(column(swept.sweep, "option")) == {"server", "ua"}
    assert "<html" in swept.to_html()


def test_a_range_is_written_as_on_the_command_line(small):
    swept = updraft.sweep(small, vary={"server.slots": "50..150 step 50"})
    assert column(swept.points, "server.slots") == ["50", "100", "150"]


def test_plan_finds_update_agents_and_says_if_there_are_none(small):
    few = {"days": 2, "fresh_days": 10, "confidence": "60%", "max_update_agents": 4}
    planned = updraft.plan(small, target="protected_p95_s <= 3 h", **few)
    assert planned.met and len(planned.probes) > 0
    assert tomllib.loads(planned.overlay) is not None
    assert planned.answer and len(planned.summary) > 0
    missed = updraft.plan(small, target=["protected_p95_s <= 1 s"], **few)
    assert not missed.met and not hasattr(missed, "plan")


def test_sensitivity_ranks_keys(small):
    ranked = updraft.sensitivity(small, vary={"server.slots": "50..150", "site.branch.agents": "100..200"}, trajectories=2)
    assert set(column(ranked.sensitivity, "key")) == {"server.slots", "site.branch.agents"}
    assert len(ranked.points) == 6 and len(ranked.factors) == 2


def test_explain_tells_the_timeline_of_an_agent_and_the_meaning_of_a_term(small, updraft_program):
    slowest = updraft.explain(small, slowest=1)
    told = updraft_program("explain", small, "--slowest", "1")
    assert str(slowest) == told.stdout
    as_json = updraft_program("explain", small, "--slowest", "1", "--format", "json")
    assert slowest.answer == json.loads(as_json.stdout)
    assert json.loads(slowest.to_perfetto())["traceEvents"]
    assert "SRC-9" in str(updraft.explain("SRC-9"))


NETWORK = """[network]
model = "fluid"
[[network.node]]
name = "hq"
[[network.node]]
name = "branch"
[[network.node]]
name = "moon"
[[network.link]]
from = "hq"
to = "branch"
bandwidth = "8 kbit/s"
latency = "0 ms"
"""


def test_replay_says_when_each_transfer_finishes(tmp_path, updraft_program):
    network, transfers = tmp_path / "network.toml", tmp_path / "transfers.csv"
    network.write_text(NETWORK)
    transfers.write_text("id,start_s,from,to,bytes\na,0,hq,branch,1000\nb,0,hq,branch,2000\n")
    replayed = updraft.replay(network, transfers)
    assert replayed.met and replayed.answer["finished"] == 2
    finishes = pyarrow.table(replayed.finishes)
    updraft_program("replay", "network.toml", "transfers.csv", "-o", "finishes.csv")
    strings = pyarrow.csv.ConvertOptions(column_types={"start_s": "double", "mean_bps": "double"})
    theirs = pyarrow.csv.read_csv(tmp_path / "finishes.csv", convert_options=strings)
    assert finishes.equals(theirs)
    transfers.write_text("id,start_s,from,to,bytes\na,0,hq,moon,1000\n")
    with pytest.warns(updraft.UpdraftWarning, match="can never finish"):
        replayed = updraft.replay(network, transfers)
    assert not replayed.met and column(replayed.finishes, "finish_s") == [None]
    transfers.write_text("id,start_s,from,to,bytes\na,0,hq,mars,1000\n")
    with pytest.raises(updraft.ScenarioError) as raised:
        updraft.replay(network, transfers)
    assert raised.value.diagnostics[0].line == 2
