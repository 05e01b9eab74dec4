"""Scenarios from a path, a text and a dictionary; problems as exceptions."""

import tomllib

import pyarrow
import pytest

import updraft


def numbers(results):
    return pyarrow.table(results.summary)


def test_a_path_a_text_and_a_dictionary_are_the_same_scenario(small):
    text = small.read_text()
    of_path = numbers(updraft.run(small))
    assert of_path.equals(numbers(updraft.run(str(small))))
    assert of_path.equals(numbers(updraft.run(text)))
    assert of_path.equals(numbers(updraft.run(tomllib.loads(text))))


def test_values_of_any_type_are_set(small):
    kinds = {"site.branch.agents": 50, "site.branch.bandwidth": "8 Mbit/s", "headquarters.agents": 7}
    set_here = numbers(updraft.run(small, set=kinds))
    scenario = tomllib.loads(small.read_text())
    scenario["site"][0] |= {"agents": 50, "bandwidth": "8 Mbit/s"}
    scenario["headquarters"]["agents"] = 7
    assert set_here.equals(numbers(updraft.run(scenario)))


def test_a_problem_has_its_file_line_and_column(small, tmp_path):
    text = small.read_text().replace("agents = 200", "agnets = 200").replace('"4 Mbit/s"', '"4 MB/s"')
    with pytest.raises(updraft.ScenarioError) as raised:
        updraft.compare(text)
    _, first, second = raised.value.diagnostics
    assert (first.file, first.line, first.column, first.code) == ("<text>", 13, 1, "unknown-key")
    assert "agents" in first.help
    assert second.line == 14 and second.expected
    assert f"<text>:13:1: error[unknown-key]: {first.message}" in str(raised.value)
    assert isinstance(raised.value, ValueError)
    file = tmp_path / "wrong.toml"
    file.write_text(text)
    with pytest.raises(updraft.ScenarioError) as raised:
        updraft.compare(file)
    assert raised.value.diagnostics[0].file == str(file)


def test_a_problem_of_a_set_key_is_one_of_its_layer(small):
    with pytest.raises(updraft.ScenarioError) as raised:
        updraft.run(small, set={"server.slotz": 100})
    assert raised.value.diagnostics[0].file == "--set"
    assert raised.value.diagnostics[0].help == "did you mean `slots`?"


def test_a_dictionary_with_another_type_is_refused():
    with pytest.raises(TypeError, match=r"\['site'\]\[0\]|site.*\[0\]"):
        updraft.run({"site": [{"name": object()}]})


def test_wrong_arguments_and_missing_files_are_errors(small, tmp_path):
    with pytest.raises(updraft.UsageError, match="replications"):
        updraft.run(small, replications=0)
    with pytest.raises(updraft.UsageError, match="--select"):
        updraft.compare(small, indifference="10 min")
    with pytest.raises(updraft.UpdraftError, match="none.toml"):
        updraft.run(tmp_path / "none.toml")
    with pytest.raises(updraft.UsageError):
        updraft.run("")


def test_a_broken_threshold_is_a_warning_and_not_met(small):
    text = small.read_text() + '\n[[threshold]]\nmetric = "protected_p95_s"\nmax = "1 min"\n'
    with pytest.warns(updraft.UpdraftWarning, match="protected_p95_s"):
        results = updraft.run(text)
    assert not results.met and len(results.summary) > 0
