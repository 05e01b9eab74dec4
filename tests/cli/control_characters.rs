//! No control character of a name reaches the terminal, from files, folders, overlays, scenarios and agents.

use std::fs;

use assert_cmd::Command;

use crate::small::SMALL;

/// Red, a bell, and the C1 form of the escape.
const NAME: &str = "a\u{1b}[31m\u{7}\u{9b}2J";

/// Standard output and standard error of a command.
fn told(place: &tempfile::TempDir, words: &[&str]) -> String {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    let output = command.current_dir(place).args(words).output().expect("it runs");
    let texts = [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("UTF-8"));
    texts.concat()
}

/// Asserts that nothing in `told` affects a terminal, and that it names the file.
fn is_harmless(told: &str, words: &[&str]) {
    let found = told.chars().find(|c| c.is_control() && !['\n', '\t'].contains(c));
    assert_eq!(found, None, "{words:?}: {told}");
    assert!(told.contains("\\u001b[31m\\u0007\\u009b2J") || told.contains("\\u{1b}"), "{told}");
}

#[test]
fn names_of_files_and_folders_are_visible() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (file, folder, overlay) =
        (format!("{NAME}.toml"), format!("{NAME}-out"), format!("{NAME}-2.toml"));
    fs::write(place.path().join(&file), SMALL).expect("a file");
    fs::write(place.path().join(&overlay), "[server]\nslots = 9\n").expect("a file");
    let (file, folder, overlay) = (file.as_str(), folder.as_str(), overlay.as_str());
    let commands: [&[&str]; 9] = [
        &["check", "-v", file],
        &["check", "-v", file, "--overlay", overlay],
        &["check", "--format", "json", "-v", file],
        &["compare", file, "--replications", "1", "-o", folder],
        &["compare", file, "--replications", "1", "-o", folder, "--format", "json"],
        &["run", file, "-o", folder],
        &["report", folder],
        &["verify", folder],
        &["diff", folder, folder],
    ];
    for words in commands {
        let told = told(&place, words);
        is_harmless(&told, words);
    }
}

#[test]
fn names_that_are_not_found_are_visible() {
    let place = crate::small::place(SMALL);
    let agent = format!("{NAME}/pc-0001");
    let (file, folder) = (format!("{NAME}.toml"), format!("{NAME}-out"));
    let commands: [&[&str]; 7] = [
        &["explain", "small.toml", "--agent", &agent],
        &["explain", "small.toml", "--segment", NAME],
        &["explain", &file, "--slowest", "1"],
        &["check", "-v", &file],
        &["compare", &file],
        &["report", &folder],
        &["diff", &folder, &folder],
    ];
    for words in commands {
        is_harmless(&told(&place, words), words);
    }
}

/// Errors of the command line repeat arguments, in words of the parser of arguments or in ours.
#[test]
fn arguments_in_errors_are_visible() {
    let place = crate::small::place(SMALL);
    let (flag, target) = (format!("--{NAME}"), format!("{NAME} <= 2 h"));
    let commands: [&[&str]; 8] = [
        &[NAME],
        &["run", "small.toml", &flag],
        &["run", "small.toml", NAME],
        &["run", "small.toml", "--option", NAME],
        &["run", "small.toml", "--replications", NAME],
        &["sweep", "small.toml", "--metric", NAME],
        &["plan", "small.toml", "--target", &target],
        &["plan", "small.toml", "--target", NAME],
    ];
    for words in commands {
        is_harmless(&told(&place, words), words);
    }
}

/// Scenarios may not contain them at all: the problem shows where, and not the character itself.
#[test]
fn names_in_scenarios_are_refused() {
    let text = SMALL.replace("name = \"branch\"", "name = \"a\\u001b[31m\\u0007\"");
    let place = crate::small::place(&text);
    let commands: [&[&str]; 4] = [
        &["check", "-v", "small.toml"],
        &["compare", "small.toml"],
        &["explain", "small.toml", "--slowest", "1"],
        &["check", "small.toml", "--format", "concise"],
    ];
    for words in commands {
        let told = told(&place, words);
        let found = told.chars().find(|c| c.is_control() && !['\n', '\t'].contains(c));
        assert_eq!(found, None, "{words:?}: {told}");
        assert!(told.contains("a control character (U+001B)"), "{told}");
    }
    // Not even a file that is no TOML because of them shows them.
    let place =
        crate::small::place(&SMALL.replace("name = \"branch\"", "name = \"a\u{1b}[31m\u{7}\""));
    let told = told(&place, &["check", "small.toml"]);
    assert!(!told.contains(['\u{1b}', '\u{7}']), "{told:?}");
}
