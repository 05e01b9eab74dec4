//! The tables of every command in every format: the same values, read back.

use std::fs;
use std::path::Path;

use crate::small::{SMALL, files, place};
use assert_cmd::Command;
use predicates::prelude::*;

fn updraft(place: &Path, words: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.current_dir(place).args(words).assert()
}

/// The header and the rows of a CSV file.
fn csv(path: &Path) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).expect("CSV");
    let cells = |row: csv::StringRecord| row.iter().map(String::from).collect::<Vec<_>>();
    let mut rows = reader.records().map(|row| cells(row.expect("a row")));
    (rows.next().expect("a header"), rows.collect())
}

/// A text, as a spreadsheet reads it.
fn is_text(text: &str, cell: &str) -> bool {
    !text.is_empty() && (cell == text || cell.strip_prefix('\'') == Some(text))
}

fn is_number(number: f64, cell: &str) -> bool {
    cell.parse::<f64>().is_ok_and(|cell| cell.to_bits() == number.to_bits())
}

#[cfg(feature = "parquet")]
fn assert_parquet_is(path: &Path, header: &[String], rows: &[Vec<String>]) {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    let file = fs::File::open(path).expect("a file");
    let reader = SerializedFileReader::new(file).expect("Parquet");
    let mut seen = 0;
    for (row, cells) in reader.get_row_iter(None).expect("rows").zip(rows) {
        let row = row.expect("a row");
        let columns: Vec<(&String, &Field)> = row.get_column_iter().collect();
        assert!(columns.iter().map(|(name, _)| *name).eq(header), "{}", path.display());
        for ((name, field), cell) in columns.into_iter().zip(cells) {
            let is_same = match field {
                Field::Null => cell.is_empty(),
                Field::Long(number) => number.to_string() == *cell,
                Field::Double(number) => is_number(*number, cell),
                Field::Bool(flag) => flag.to_string() == *cell,
                Field::Str(text) => is_text(text, cell),
                _ => false,
            };
            assert!(is_same, "{}: {name} is {field}, not {cell}", path.display());
        }
        seen += 1;
    }
    let count = reader.metadata().file_metadata().num_rows();
    assert_eq!((seen, i64::try_from(rows.len())), (rows.len(), Ok(count)), "{}", path.display());
}

fn assert_lines_are(path: &Path, header: &[String], rows: &[Vec<String>]) {
    let text = fs::read_to_string(path).expect("a file");
    assert_eq!(text.lines().count(), rows.len(), "{}", path.display());
    for (line, cells) in text.lines().zip(rows) {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(row.as_object().map(serde_json::Map::len), Some(header.len()), "{line}");
        for (name, cell) in header.iter().zip(cells) {
            let is_same = match &row[name] {
                serde_json::Value::Null => cell.is_empty(),
                serde_json::Value::Number(number) => {
                    number.as_f64().is_some_and(|number| is_number(number, cell))
                }
                serde_json::Value::Bool(flag) => flag.to_string() == *cell,
                serde_json::Value::String(text) => is_text(text, cell),
                _ => false,
            };
            assert!(is_same, "{}: {name} is {}, not {cell}", path.display(), row[name]);
        }
    }
}

/// Compares all tables of a folder; returns their number.
fn tables_agree(folder: &Path) -> usize {
    let mut count = 0;
    for name in files(folder).keys() {
        let Some(stem) = name.strip_suffix(".csv") else { continue };
        let (header, rows) = csv(&folder.join(name));
        #[cfg(feature = "parquet")]
        assert_parquet_is(&folder.join(format!("{stem}.parquet")), &header, &rows);
        assert_lines_are(&folder.join(format!("{stem}.jsonl")), &header, &rows);
        count += 1;
    }
    count
}

/// Every format that this build supports.
const ALL: [&str; 2] =
    ["--tables", if cfg!(feature = "parquet") { "csv,parquet,jsonl" } else { "csv,jsonl" }];

/// A folder with a scenario in which a site has a name that a spreadsheet would run.
fn hostile() -> tempfile::TempDir {
    place(&SMALL.replace("name = \"branch\"\ncount = 2", "name = \"=1+1\"\ncount = 2"))
}

#[test]
fn every_command_writes_the_same_values_in_every_format() {
    let place = hostile();
    let vary = ["--vary", "server.slots=5,9", "--vary", "duration=90 min,2 h"];
    let words = ["--vary", "network.model=fluid,tcp"];
    let target = ["--target", "protected_p95_s <= 7200", "--days", "2", "--fresh-days", "60"];
    let commands: [(&str, &[&[&str]], usize); 5] = [
        ("run", &[&["--agents", "--replications", "2"]], 16),
        ("compare", &[&["--replications", "2"]], 15),
        ("sweep", &[&vary, &words], 3),
        ("sensitivity", &[&["--vary", "server.slots=5..9", "--trajectories", "2"]], 3),
        ("plan", &[&target], 20),
    ];
    for (name, more, tables) in commands {
        let words = [&[name, "small.toml", "-o", name], &ALL[..], &more.concat()].concat();
        updraft(place.path(), &words).success();
        assert_eq!(tables_agree(&place.path().join(name)), tables, "{name}");
    }
}

#[test]
fn results_in_all_formats_are_verified_and_drawn_again() {
    let place = hostile();
    let run = [&["run", "small.toml", "-o", "out"], &ALL[..]].concat();
    updraft(place.path(), &run).success();
    updraft(place.path(), &["verify", "out"])
        .success()
        .stdout(predicate::str::contains("verified: all"));
    let before = files(&place.path().join("out"));
    updraft(place.path(), &["report", "out"]).success();
    assert_eq!(files(&place.path().join("out")), before);
    // Changes are found in each format; for line formats the line is named.
    let parquet = cfg!(feature = "parquet").then_some(("links.parquet", ""));
    for (name, place_told) in parquet.into_iter().chain([("links.jsonl", "links.jsonl:1:")]) {
        let path = place.path().join("out").join(name);
        let whole = fs::read(&path).expect("a file");
        let mut changed = whole.clone();
        changed[10] ^= 1;
        fs::write(&path, changed).expect("a file");
        updraft(place.path(), &["verify", "out"])
            .code(4)
            .stderr(predicate::str::contains(name).and(predicate::str::contains(place_told)));
        fs::write(&path, whole).expect("a file");
    }
    // Returning to CSV alone leaves no other tables behind.
    updraft(place.path(), &["run", "small.toml", "-o", "out"]).success();
    assert!(!place.path().join("out/links.jsonl").exists());
    updraft(place.path(), &["run", "small.toml", "--tables", "feather"])
        .code(2)
        .stderr(predicate::str::contains("csv, parquet, jsonl"));
    if cfg!(not(feature = "parquet")) {
        updraft(place.path(), &["run", "small.toml", "--tables", "parquet"])
            .code(2)
            .stderr(predicate::str::contains("cargo feature `parquet`"));
    }
}

#[test]
fn joined_shards_have_the_formats_that_the_join_asks_for() {
    let place = place(SMALL);
    let sweep = ["sweep", "small.toml", "--vary", "server.slots=5,9"];
    updraft(place.path(), &[&sweep[..], &ALL, &["-o", "one"]].concat()).success();
    for shard in ["1/2", "2/2"] {
        let words = [&sweep[..], &["--shard", shard, "-o", "shards"]].concat();
        updraft(place.path(), &words).success();
    }
    updraft(place.path(), &[&["merge", "shards", "-o", "joined"], &ALL[..]].concat()).success();
    assert_eq!(files(&place.path().join("joined")), files(&place.path().join("one")));
}

/// Ten agents at headquarters.
const TEN: &str = "name = \"ten\"\nstart = \"Mon 06:00\"\nduration = \"2 h 5 s\"\noption = \"server\"\n\
                   [headquarters]\nagents = 10\ninternet_bandwidth = \"20 Mbit/s\"\n";

#[test]
fn a_component_that_agents_lack_after_a_command_is_sampled() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let tables = "[[release]]\nname = \"w\"\nat = \"Mon 07:01\"\nsettings = true\n\
                  [[command]]\nat = \"Mon 07:30\"\nwhat = \"switch-to-smart-scan\"\n";
    fs::write(place.path().join("ten.toml"), format!("{TEN}{tables}")).expect("a file");
    let (out, name) = (place.path().join("out"), "Smart Scan Agent Pattern");
    let samples = |sample_every: &str| {
        let every = format!("sample_every={sample_every}");
        let words = ["run", "ten.toml", "-o", "out", "--force", "--set", every.as_str()];
        updraft(place.path(), &words).success();
        let page = fs::read_to_string(out.join("report.html")).expect("a page");
        assert!(page.contains(name), "{sample_every}");
        let rows = csv(&out.join("components.csv")).1;
        rows.iter().filter(|row| row.iter().any(|cell| cell == name)).count()
    };
    assert_eq!(samples("10 min"), 13);
    // One sample is enough for the page.
    assert_eq!(samples("3 h"), 1);
}

#[test]
fn parallel_links_have_rows_of_their_own() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let link = |from: &str, to: &str, rate: &str| {
        format!("[[link]]\nfrom = \"{from}\"\nto = \"{to}\"\nbandwidth = \"{rate}\"\n")
    };
    let tables = [
        "[network]\nequal_routes = \"shared\"\n[[router]]\nname = \"r1\"\n".to_string(),
        link("r1", "headquarters", "1 Mbit/s"),
        link("headquarters", "r1", "1 Mbit/s"),
        link("branch", "r1", "30 Mbit/s"),
        "[[site]]\nname = \"branch\"\nvia = \"none\"\nagents = 20\n".to_string(),
        "[[release]]\nname = \"w\"\nat = \"Mon 06:30\"\nprogram = true\n".to_string(),
    ];
    fs::write(place.path().join("ten.toml"), format!("{TEN}{}", tables.concat())).expect("a file");
    updraft(place.path(), &["run", "ten.toml", "-o", "out"]).success();
    for (table, key) in [("waits.csv", ["cause", "where"]), ("links.csv", ["option", "direction"])]
    {
        let (head, rows) = csv(&place.path().join("out").join(table));
        let at = key.map(|name| head.iter().position(|cell| cell == name).expect(name));
        let keys = || rows.iter().map(|row| at.map(|at| row[at].as_str()));
        let distinct: std::collections::BTreeSet<_> = keys().collect();
        assert_eq!(distinct.len(), rows.len(), "{table}: {rows:?}");
        for name in ["hq → r1", "hq → r1 (2)"] {
            assert!(keys().any(|key| key[1] == name), "{table} has no {name}: {rows:?}");
        }
    }
}
