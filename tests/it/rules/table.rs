//! The table of rules in `docs/rules.md` is correct: every rule has a row, an implementation that names it, a test
//! named after it, and existing keys.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use updraft::scenario::keys::SECTIONS;

/// The number of rules of each family.
const FAMILIES: [(&str, usize); 11] = [
    ("CMP", 8),
    ("DUP", 12),
    ("SRV", 8),
    ("NTF", 12),
    ("SCH", 6),
    ("SRC", 9),
    ("UAG", 7),
    ("NET", 5),
    ("TOP", 4),
    ("SPS", 3),
    ("REP", 3),
];

/// The heading of the second table.
const CONTESTED: &str = "## Contested statements";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A row of the table.
struct Row {
    place: String,
    /// Decisions in other files that the rule affects.
    also: String,
    test: String,
    keys: Vec<String>,
}

/// The rows by rule; a rule in two rows is a failure.
fn table() -> BTreeMap<String, Row> {
    let text = fs::read_to_string(root().join("docs/rules.md")).expect("the table of rules");
    let (text, _) = text.split_once(CONTESTED).expect("the table of rules comes first");
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [rule, _, _, place, test, keys] = cells[..] else { panic!("six cells: {line}") };
        let keys = keys.split(',').map(|key| key.trim().trim_matches('`').to_string());
        let (place, also) = place.split_once(" · also ").unwrap_or((place, ""));
        let row = Row {
            place: place.into(),
            also: also.into(),
            test: test.trim_matches('`').into(),
            keys: keys.filter(|key| key != "–").collect(),
        };
        assert!(rows.insert(rule.to_string(), row).is_none(), "{rule} has two rows");
    }
    rows
}

/// All Rust files below `folder`, joined.
fn all_code(folder: &str) -> String {
    let mut folders: Vec<PathBuf> = vec![root().join(folder)];
    let mut code = String::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                code += &fs::read_to_string(path).expect("a readable file");
            }
        }
    }
    code
}

/// The comment above the definition of `name`, if the file defines it.
fn doc_of(code: &str, name: &str) -> Option<String> {
    let words = ["fn", "struct", "enum", "const"];
    let lines: Vec<&str> = code.lines().collect();
    let defines = |line: &str| {
        words.iter().any(|word| {
            let start = format!("{word} {name}");
            line.find(&start).is_some_and(|at| {
                let next = line[at + start.len()..].chars().next();
                next.is_none_or(|c| !c.is_alphanumeric() && c != '_')
            })
        })
    };
    let at = lines.iter().position(|line| !line.trim().starts_with("//") && defines(line))?;
    let above = lines[..at].iter().rev().take_while(|line| {
        let line = line.trim();
        line.starts_with("///") || line.starts_with("#[") || line.ends_with(")]")
    });
    Some(above.copied().collect::<Vec<_>>().concat())
}

#[test]
fn every_rule_has_one_row() {
    let rows = table();
    let mut expected: Vec<String> = FAMILIES
        .iter()
        .flat_map(|(family, count)| (1..=*count).map(move |n| format!("{family}-{n}")))
        .collect();
    expected.sort();
    assert_eq!(rows.keys().cloned().collect::<Vec<_>>(), expected);
}

#[test]
fn every_rule_stands_where_the_table_says() {
    let wrong: Vec<String> =
        table().iter().filter_map(|(rule, row)| misplaced(rule, row)).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The problems of the implementation of a rule.
fn misplaced(rule: &str, row: &Row) -> Option<String> {
    let (file, name) = row.place.split_once(' ').expect("file and name");
    let name = name.trim_matches('`');
    let Ok(code) = fs::read_to_string(root().join("src").join(file)) else {
        return Some(format!("{rule}: there is no src/{file}"));
    };
    match doc_of(&code, name) {
        None => Some(format!("{rule}: {file} has no `{name}`")),
        Some(doc) if names(&doc, rule) => None,
        Some(_) => Some(format!("{rule}: the comment of `{name}` in {file} does not name it")),
    }
}

/// Whether a comment names a rule, individually or within `DUP-3 to DUP-7`.
fn names(doc: &str, rule: &str) -> bool {
    let (family, number) = rule.split_once('-').expect("family and number");
    let number: usize = number.parse().expect("a number");
    let ids: Vec<usize> = doc
        .match_indices(&format!("{family}-"))
        .map(|(at, _)| {
            let digits = doc[at + family.len() + 1..].chars().take_while(char::is_ascii_digit);
            digits.collect::<String>().parse().unwrap_or(0)
        })
        .collect();
    let ranges = ids.windows(2).any(|pair| {
        let range = format!("{family}-{} to {family}-{}", pair[0], pair[1]);
        doc.contains(&range) && (pair[0]..=pair[1]).contains(&number)
    });
    ids.contains(&number) || ranges
}

#[test]
fn no_rule_stands_in_two_places() {
    let rows = table();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(root().join("src/policy")).expect("the decisions") {
        let path = entry.expect("an entry").path();
        let file = format!("policy/{}", path.file_name().expect("a name").to_string_lossy());
        let code = fs::read_to_string(&path).expect("a readable file");
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        let decisions = code.lines().filter_map(|line| line.split_once("pub fn "));
        for name in decisions.filter_map(|(_, rest)| rest.split(['(', '<']).next()) {
            let doc = doc_of(code, name).expect("a decision that is there");
            for (rule, row) in &rows {
                let is_here = row.place.starts_with(&format!("{file} "));
                let is_told = row.also.contains(&format!("{file} `{name}`"));
                if names(&doc, rule) && !is_here && !is_told {
                    wrong.push(format!("{rule} stands in {}, and in {file} `{name}`", row.place));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_test_named_after_it() {
    let code = all_code("src") + &all_code("tests");
    let missing: Vec<String> = table()
        .into_iter()
        .filter(|(_, row)| !code.contains(&format!("fn {}", row.test)))
        .map(|(rule, row)| format!("{rule} ({})", row.test))
        .collect();
    assert!(missing.is_empty(), "no test named after {missing:?}");
}

/// The key with this name.
fn key_called(key: &str) -> Option<&'static updraft::scenario::keys::Key> {
    let (section, name) = key.rsplit_once('.').unwrap_or(("", key));
    let section = SECTIONS.iter().find(|known| known.name == section)?;
    section.keys.iter().find(|known| known.name == name)
}

#[test]
fn every_key_of_the_table_exists() {
    for (rule, row) in table() {
        for key in &row.keys {
            assert!(key_called(key).is_some(), "{rule}: there is no key `{key}`");
        }
    }
}

/// Each contested statement names its rule, its documents, its readings, the default and the keys.
#[test]
fn every_contested_statement_can_be_chosen() {
    let text = fs::read_to_string(root().join("docs/rules.md")).expect("the table of rules");
    let (_, contested) = text.split_once(CONTESTED).expect("the second table");
    let rules = table();
    let lines: Vec<&str> = contested.lines().filter(|line| line.starts_with("| ")).collect();
    assert!(lines.len() > 10);
    for line in &lines[1..] {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [statement, documents, readings, default, keys] = cells[..] else {
            panic!("five cells: {line}")
        };
        let rule = statement.rsplit_once('(').and_then(|(_, rule)| rule.strip_suffix(')'));
        assert!(rule.is_some_and(|rule| rules.contains_key(rule)), "{statement}");
        assert!(![documents, readings, default].contains(&""), "{statement}");
        for key in keys.split(',').map(|key| key.trim().trim_matches('`')) {
            assert!(key_called(key).is_some(), "{statement}: there is no key `{key}`");
        }
    }
}
