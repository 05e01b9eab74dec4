//! Reads a design from a file: points as rows of CSV, or as `[[point]]` tables of TOML.

mod point;
mod rows;

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::settings::TopologyOption;
use crate::scenario::{Diagnostic, Diagnostics, SYNTAX, VariedKey, nearest};
use point::{Placed, Settings};

/// The column of point numbers, which is ignored, so that `points.csv` is a design, too.
const NUMBER: &str = "point";
/// The column of the options that are simulated at a point.
const OPTION: &str = "option";
/// Problems beyond these are counted, so that no similar key is searched for them.
const SHOWN: usize = 40;

/// A design as written in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesignFile {
    /// The keys that its points set, in the order of the first point.
    pub keys: Vec<String>,
    /// Its points.
    pub points: Vec<DesignPoint>,
}

/// A point as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesignPoint {
    /// The value of each key.
    pub values: Vec<String>,
    /// The options, if given.
    pub options: Option<Vec<TopologyOption>>,
}

impl DesignFile {
    /// Parses the design `text` of the file called `file`: TOML or CSV.
    ///
    /// # Errors
    /// All its problems.
    pub fn parse(text: &str, file: &str, is_toml: bool) -> Result<Self, Diagnostics> {
        let mut list = Vec::new();
        let points = if is_toml { tables(text, &mut list) } else { rows::rows(text, &mut list) };
        let design = if list.is_empty() { joined(&points, &mut list) } else { None };
        match design.filter(|_| list.is_empty()) {
            Some(design) => Ok(design),
            None => Err(Diagnostics::of_file(file, text, list)),
        }
    }
}

/// The points of a TOML file.
fn tables(text: &str, problems: &mut Vec<Diagnostic>) -> Vec<Settings> {
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        problems.push(Diagnostic::new(SYNTAX, span, error.message(), "valid TOML"));
    }
    let expected = "[[point]] tables such as `server.slots = 100`";
    let mut points = Vec::new();
    for (name, value) in root.get_ref() {
        let list = value.get_ref().as_array().filter(|_| name.get_ref() == NUMBER);
        points.extend(list.into_iter().flat_map(|list| list.iter()));
        if list.is_none() {
            let message = format!("`{}` is not a list of points", name.get_ref());
            problems.push(Diagnostic::new("unknown-key", name.span(), message, expected));
        }
    }
    let settings = |point: &Spanned<DeValue<'_>>| {
        let mut all = Vec::new();
        if let Some(table) = point.get_ref().as_table() {
            flatten("", table, text, &mut all);
        }
        Settings { all, span: point.span() }
    };
    points.into_iter().map(settings).collect()
}

/// All settings of a table and of those in it, by their dotted keys.
fn flatten(outer: &str, table: &DeTable<'_>, text: &str, all: &mut Vec<(Placed, Placed)>) {
    for (name, value) in table {
        let key = format!("{outer}{}", name.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) => flatten(&format!("{key}."), inner, text, all),
            DeValue::String(words) => {
                all.push(((key, name.span()), (words.to_string(), value.span())));
            }
            // Other values as written.
            _ => all.push(((key, name.span()), (text[value.span()].into(), value.span()))),
        }
    }
}

/// The points with their values in the order of the keys of the first.
fn joined(points: &[Settings], problems: &mut Vec<Diagnostic>) -> Option<DesignFile> {
    let Some(first) = points.first() else {
        problems.push(Diagnostic::new("empty", 0..0, "a design without points", "at least one"));
        return None;
    };
    let is_setting = |key: &str| key != NUMBER && key != OPTION;
    let keys = first.all.iter().map(|((key, _), _)| key).filter(|key| is_setting(key));
    let keys: Vec<String> = keys.cloned().collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for key in &keys {
        *counts.entry(key).or_default() += 1;
    }
    for ((key, span), _) in first.all.iter().filter(|((key, _), _)| is_setting(key)) {
        if let Err(cause) = VariedKey::find(key) {
            problems.push(Diagnostic::new(
                "unknown-key",
                span.clone(),
                cause,
                "a key of a scenario",
            ));
        }
        if counts.get(key.as_str()).is_some_and(|count| *count > 1) {
            let message = format!("`{key}` is repeated");
            problems.push(Diagnostic::new(
                "duplicate",
                span.clone(),
                message,
                "each key only once",
            ));
        }
    }
    let mut rows = Vec::new();
    for point in points {
        let mut values: BTreeMap<&str, &String> = BTreeMap::new();
        for ((key, _), (value, _)) in &point.all {
            values.entry(key).or_insert(value);
        }
        for ((key, span), _) in &point.all {
            if is_setting(key) && !counts.contains_key(key.as_str()) {
                let message = format!("`{key}` is not set at the first point");
                // A search among many keys, for the problems that are shown.
                let is_shown = problems.len() < SHOWN;
                let names = keys.iter().map(String::as_str).filter(|_| is_shown);
                let problem =
                    Diagnostic::new("unknown-key", span.clone(), message, "the same keys");
                problems.push(problem.with_help(nearest(key, names)));
            }
        }
        for key in keys.iter().filter(|key| !values.contains_key(key.as_str())) {
            let message = format!("`{key}` is not set at this point");
            problems.push(Diagnostic::new("missing-key", point.span.clone(), message, "all keys"));
        }
        let value = |key: &String| values.get(key.as_str()).map(|value| String::clone(value));
        let options = point.all.iter().find(|((key, _), _)| key == OPTION);
        let options = options.and_then(|(_, placed)| read_options(placed, problems));
        rows.push(DesignPoint { values: keys.iter().filter_map(value).collect(), options });
    }
    Some(DesignFile { keys, points: rows })
}

/// Names of options separated by spaces, or `all`.
fn read_options(
    (words, span): &Placed,
    problems: &mut Vec<Diagnostic>,
) -> Option<Vec<TopologyOption>> {
    let found = TopologyOption::several(words);
    if found.is_none() {
        let message = format!("`{words}` names no options");
        let expected = "server, server-ua, ua, direct, separated by spaces, or all";
        problems.push(Diagnostic::new("bad-value", span.clone(), message, expected));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, is_toml: bool) -> DesignFile {
        DesignFile::parse(text, "design", is_toml).unwrap_or_else(|problems| panic!("{problems}"))
    }

    const CSV: &str = "point,option,server.slots,site.b.bandwidth\n\
                       1,server,50,\"[\"\"4 Mbit/s\"\", \"\"9 Mbit/s\"\"]\"\n\
                       2,ua direct,60,8 Mbit/s\n";
    const TOML: &str = "[[point]]\noption = \"server\"\nserver.slots = 50\n\
                        site.b.bandwidth = [\"4 Mbit/s\", \"9 Mbit/s\"]\n\
                        [[point]]\n\"server.slots\" = 60\nsite.b.bandwidth = \"8 Mbit/s\"\n\
                        option = \"ua direct\"\n";

    #[test]
    fn csv_and_toml_say_the_same() {
        let design = read(CSV, false);
        assert_eq!(design, read(TOML, true));
        assert_eq!(design.keys, ["server.slots", "site.b.bandwidth"]);
        assert_eq!(design.points[0].values, ["50", "[\"4 Mbit/s\", \"9 Mbit/s\"]"]);
        let two = vec![TopologyOption::Ua, TopologyOption::Direct];
        assert_eq!(design.points[1].options, Some(two));
        assert_eq!(read("server.slots\r\n7\r\n", false).points[0].options, None);
    }

    #[test]
    fn each_problem_has_its_place() {
        for (text, is_toml, place, said) in [
            ("server.slot\n5\n", false, (1, 1), "did you mean `server.slots`?"),
            ("duration,server.slots\n1 h,5\n2 h\n", false, (3, 1), "2 cells, found 1"),
            ("duration,server.slots\n1 h,\n", false, (2, 5), "no value"),
            ("duration,seed\n1 h,\"5\n2 h,6\n", false, (2, 5), "this quote is not closed"),
            ("option,seed\nserver udp,1\n", false, (2, 1), "names no options"),
            ("duration,duration\n1 h,2 h\n", false, (1, 1), "is repeated"),
            ("duration\n", false, (1, 1), "without points"),
            ("", false, (1, 1), "without points"),
            ("[[point]]\nduration = \"1 h\"\n[[point]]\n", true, (3, 1), "not set at this point"),
            (
                "[[point]]\nduration = \"1 h\"\n[[point]]\nduration = \"1 h\"\nseed = 2\n",
                true,
                (5, 1),
                "not set at the first point",
            ),
            ("[[points]]\n", true, (1, 3), "not a list of points"),
            ("[[point]\n", true, (1, 9), "syntax"),
        ] {
            let problems = DesignFile::parse(text, "design", is_toml).unwrap_err();
            assert_eq!(problems.position(&problems.list[0]), place, "{text}: {problems}");
            assert!(problems.to_string().contains(said), "{text}: {problems}");
        }
    }
}
