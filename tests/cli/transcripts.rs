//! The exact terminal output: each command of `tests/transcripts` and `docs/tutorials` with its output and exit code. `TRYCMD=overwrite
//! cargo test --test cli transcripts` rewrites them; review the change.
//!
//! A transcript contains stdout followed by stderr, with a backslash as `/`; the table of exit codes below says which
//! of the two streams has the message.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with the files that the transcripts work on.
fn place() -> TempDir {
    let place = tempfile::tempdir().expect("a temporary folder");
    copy(&root().join("tests/data/command_line"), place.path());
    copy(&root().join("scenarios"), &place.path().join("scenarios"));
    for (name, text) in tutorial_files() {
        fs::write(place.path().join(name), text).expect("a file");
    }
    place
}

/// The files whose text the tutorials show: a block of `toml,NAME` each.
fn tutorial_files() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(root().join("docs/tutorials")).expect("the tutorials") {
        let tutorial = fs::read_to_string(entry.expect("an entry").path()).expect("a tutorial");
        for block in tutorial.split("\n```toml,").skip(1) {
            let (name, rest) = block.split_once('\n').expect("a line");
            let (text, _) = rest.split_once("\n```").expect("an end");
            all.push((name.to_string(), format!("{text}\n")));
        }
    }
    assert!(!all.is_empty());
    all
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            let _ = fs::copy(&path, target).expect("a copy");
        }
    }
}

/// All transcripts, as text.
fn transcripts() -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(root().join("tests/transcripts")).expect("the transcripts");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.map(|path| (path.clone(), fs::read_to_string(path).expect("a transcript"))).collect()
}

/// The commands of a transcript, without `updraft` and the variables before it.
fn commands(transcript: &str) -> impl Iterator<Item = &str> {
    let lines = transcript.lines().filter_map(|line| line.strip_prefix("$ "));
    lines.map(|line| {
        let command =
            line.trim_start_matches(|c: char| c.is_ascii_uppercase() || "_=10 ".contains(c));
        // A command of another program would be skipped silently.
        command.strip_prefix("updraft").unwrap_or_else(|| panic!("`{line}` is no command of ours"))
    })
}

#[test]
fn the_program_says_what_each_transcript_says() {
    let place = place();
    std::env::set_current_dir(place.path()).expect("the place");
    let program = PathBuf::from(env!("CARGO_BIN_EXE_updraft"));
    trycmd::TestCases::new()
        .register_bin("updraft", program)
        .env("COLUMNS", "80")
        .case(root().join("tests/transcripts/*.trycmd"))
        .case(root().join("docs/tutorials/*.md"))
        .run();
}

#[test]
fn every_command_has_a_transcript() {
    let help = Command::cargo_bin("updraft").expect("the program").arg("--help").output();
    let help = String::from_utf8(help.expect("its help").stdout).expect("UTF-8");
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let known = listed.take_while(|line| !line.is_empty()).filter_map(|line| {
        let is_name = line.starts_with("  ") && !line.starts_with("   ");
        line.split_whitespace().next().filter(|name| is_name && *name != "help")
    });
    let transcripts = transcripts();
    let mut seen = 0;
    for name in known {
        let asks = |command: &str| command.split_whitespace().next() == Some(name);
        let count = transcripts.iter().flat_map(|(_, text)| commands(text)).filter(|it| asks(it));
        assert!(count.count() >= 2, "{name}: one that succeeds, and one that fails");
        seen += 1;
    }
    assert!(seen >= 10, "{help}");
}

/// The stream on which a command prints its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Nothing,
    OnStdout,
    OnStderr,
    OnBoth,
}
use Says::{Nothing, OnBoth, OnStderr, OnStdout};

/// The documented exit codes, and the stream of the message: data on stdout, diagnostics on stderr.
const EXITS: [(&str, i32, Says); 50] = [
    ("--version", 0, OnStdout),
    ("--help", 0, OnStdout),
    ("run small.toml -o a", 0, OnStdout),
    ("run small.toml -o b --quiet", 0, Nothing),
    ("compare small.toml -o c --format json", 0, OnStdout),
    ("check small.toml", 0, OnStdout),
    ("explain small.toml --failed", 0, OnStdout),
    ("replay network.toml transfers.csv -o d.csv", 0, OnStdout),
    ("report a", 0, OnStdout),
    ("list metrics", 0, OnStdout),
    ("schema", 0, OnStdout),
    ("completions fish", 0, OnStdout),
    ("man", 0, OnStdout),
    ("init branch-offices -o new.toml", 0, OnStdout),
    ("plan small.toml --target protected_p95_s<=7200 --fresh-days 60 -o p", 0, OnStdout),
    ("verify a", 0, OnStdout),
    ("sweep small.toml --vary server.slots=50,100 -o s", 0, OnStdout),
    ("sensitivity small.toml --vary server.slots=50..100 --trajectories 2 -o t", 0, OnStdout),
    ("check small.toml --overlay more.toml", 0, OnStdout),
    ("run small.toml -o -", 0, OnStdout),
    ("explain SRC-9", 0, OnStdout),
    ("diff a small.toml", 0, OnStdout),
    ("check no-such.toml", 1, OnStderr),
    ("check no-such.toml --format json", 1, OnStderr),
    ("run small.toml -o small.toml", 1, OnStderr),
    ("report no-such-folder", 1, OnStderr),
    ("init branch-offices -o new.toml", 1, OnStderr),
    ("verify no-such-folder", 1, OnStderr),
    ("merge no-such-folder", 1, OnStderr),
    ("check small.toml --overlay no-such.toml", 1, OnStderr),
    ("", 2, OnStderr),
    ("cehck small.toml", 2, OnStderr),
    ("run", 2, OnStderr),
    ("list wishes", 2, OnStderr),
    ("init no-such-template", 2, OnStderr),
    ("run small.toml -o - --agents", 2, OnStderr),
    ("check - --watch", 2, OnStderr),
    ("explain SRC-99", 2, OnStderr),
    ("run slips.toml", 3, OnStderr),
    ("compare slips.toml --format concise", 3, OnStderr),
    ("explain slips.toml --failed --format json", 3, OnStdout),
    ("check slips.toml --quiet --format json", 3, OnStdout),
    ("replay network.toml wrong.csv -o e.csv --format json", 3, OnStdout),
    ("report changed", 3, OnStderr),
    ("verify changed", 3, OnStderr),
    ("diff changed a", 3, OnStderr),
    ("check small.toml --overlay more-slips.toml", 3, OnStderr),
    ("plan small.toml --target protected_p95_s<=1 --fresh-days 60 --budget 20 -o q", 4, OnStdout),
    ("diff small.toml a --set server.slots=1 --fail-on worse", 4, OnStdout),
    ("replay network.toml stuck.csv -o f.csv", 5, OnBoth),
];

#[test]
fn each_outcome_has_its_exit_code_and_its_stream() {
    let place = place();
    for (line, code, says) in EXITS {
        let mut command = Command::cargo_bin("updraft").expect("the program is built");
        let told = command.current_dir(place.path()).args(line.split_whitespace()).assert();
        let output = told.code(code).get_output().clone();
        let said = match (output.stdout.is_empty(), output.stderr.is_empty()) {
            (true, true) => Nothing,
            (false, true) => OnStdout,
            (true, false) => OnStderr,
            (false, false) => OnBoth,
        };
        assert_eq!(said, says, "updraft {line}");
    }
}

/// On systems with signals: Ctrl-C is SIGINT, which a shell can send.
#[cfg(unix)]
#[test]
fn an_interrupted_run_says_so_and_writes_nothing() {
    let place = place();
    let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_updraft"))
        .current_dir(place.path())
        .args(["compare", "scenarios/retail-chain.toml", "--replications", "1000", "-o", "out"])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program is built");
    // It handles the signal once it has locked its folder.
    while !place.path().join(".updraft-out/new").exists() {
        assert!(run.try_wait().expect("its state").is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    let kill = format!("kill -INT {}", run.id());
    let sent = std::process::Command::new("sh").args(["-c", &kill]).status();
    assert!(sent.expect("a shell").success());
    let output = run.wait_with_output().expect("its end");
    assert_eq!(output.status.code(), Some(130));
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(
        said,
        "interrupted: no run was finished and nothing was saved; earlier results are unchanged\n"
    );
    assert!(!place.path().join("out").exists());
}

#[test]
fn problems_for_programs_are_those_for_people() {
    let place = place();
    let told = |format: &str| {
        let mut command = Command::cargo_bin("updraft").expect("the program is built");
        let command = command.current_dir(place.path()).args(["check", "slips.toml", "--format"]);
        command.arg(format).output().expect("an answer")
    };
    let json: serde_json::Value = serde_json::from_slice(&told("json").stdout).expect("JSON");
    let lines = String::from_utf8(told("concise").stderr).expect("UTF-8");
    let problems = json["problems"].as_array().expect("a list");
    assert_eq!((json["valid"].as_bool(), problems.len()), (Some(false), 2));
    assert_eq!(lines.lines().count(), problems.len());
    for (problem, line) in problems.iter().zip(lines.lines()) {
        let text = |name: &str| problem[name].as_str().unwrap_or_default().to_string();
        let place = format!("{}:{}:{}: ", text("file"), problem["line"], problem["column"]);
        assert!(line.starts_with(&place), "{line} at {place}");
        for part in ["message", "expected", "help"] {
            assert!(!text(part).is_empty() && line.contains(&text(part)), "{line}: {part}");
        }
        assert!(problem["end_column"].as_u64() > problem["column"].as_u64(), "{problem}");
        assert!(text("reference").starts_with("docs/scenario.md#"), "{problem}");
    }
}

#[test]
fn colours_are_shown_as_the_environment_asks() {
    let place = place();
    let is_coloured = |variables: &[(&str, &str)]| {
        let mut command = Command::cargo_bin("updraft").expect("the program is built");
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        let command = command.current_dir(place.path()).args(["check", "slips.toml"]);
        let told = command.envs(variables.iter().copied()).output().expect("an answer");
        told.stderr.contains(&0x1b)
    };
    assert!(!is_coloured(&[]), "no terminal, no colours");
    assert!(is_coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!is_coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(is_coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]), "empty means not set");
}

#[test]
fn a_page_is_written_for_each_command() {
    let place = place();
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.current_dir(place.path()).args(["man", "-o", "pages"]).assert().success().stdout("");
    let mut names: Vec<String> = fs::read_dir(place.path().join("pages"))
        .expect("the pages")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    for name in ["updraft.1", "updraft-run.1", "updraft-man.1"] {
        assert!(names.iter().any(|known| known == name), "{names:?}");
    }
    let replay = fs::read_to_string(place.path().join("pages/updraft-replay.1")).expect("a page");
    assert!(replay.contains("transfers.csv") && replay.contains("SYNOPSIS"), "{replay}");
}

/// The indented blocks of a Markdown file.
fn blocks(markdown: &str) -> Vec<Vec<&str>> {
    let mut blocks = vec![Vec::new()];
    for line in markdown.lines() {
        match (line.strip_prefix("    "), blocks.last_mut()) {
            (Some(line), Some(block)) => block.push(line),
            (None, _) => blocks.push(Vec::new()),
            (Some(_), None) => {}
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// The examples of the README are in a transcript, so they are the program's actual output.
#[test]
fn the_readme_shows_what_transcripts_show() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README");
    let transcripts = transcripts();
    let has = |shown: &str| transcripts.iter().any(|(_, text)| text.contains(shown));
    let mut examples = 0;
    for block in blocks(&readme)
        .into_iter()
        .filter(|block| !["cargo test", "cargo install"].iter().any(|it| block[0].starts_with(it)))
    {
        let first = block[0].replace("cargo run --release -- ", "updraft ");
        let command = if first.starts_with("updraft ") { format!("$ {first}") } else { first };
        let shown = [&[command.as_str()], &block[1..]].concat().join("\n");
        assert!(has(&format!("\n{shown}\n")), "no transcript shows\n{shown}");
        examples += 1;
    }
    assert!(examples >= 3);
}

/// A row of `docs/command_line.md` names its tests: transcripts, or functions of test files.
#[test]
fn the_tests_of_each_feature_exist() {
    let text = fs::read_to_string(root().join("docs/command_line.md")).expect("the features");
    let (_, table) = text.split_once("| tested by |").expect("the table of features");
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).collect();
    assert!(rows.len() >= 20, "{} rows", rows.len());
    for row in rows {
        let cell = row.trim_end_matches([' ', '|']).rsplit(" | ").next().unwrap_or_default();
        assert!(cell.contains('`'), "nothing holds {row}");
        for held in cell.split(" · ") {
            let mut names = held.split('`').map(str::trim).filter(|name| !name.is_empty());
            let file = names.next().unwrap_or_default();
            let code = fs::read_to_string(root().join(file))
                .unwrap_or_else(|_| panic!("there is no {file}: {row}"));
            let tests: Vec<&str> = names.collect();
            assert_eq!(tests.is_empty(), file.ends_with(".trycmd"), "{held}: {row}");
            for test in tests {
                let lines: Vec<&str> = code.lines().map(str::trim).collect();
                let is_it = |pair: &[&str]| {
                    pair[0] == "#[test]" && pair[1].starts_with(&format!("fn {test}("))
                };
                let is_test = lines.windows(2).any(is_it);
                assert!(is_test, "{file} has no test `{test}`");
            }
        }
    }
}
