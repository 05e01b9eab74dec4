//! Cautions of several runs: those that differ only in numbers and options are grouped.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::decision;
use super::results::Results;
use crate::answer::quantities::counted;
use crate::measure::run;
use crate::model::settings::TopologyOption;
use serde::{Deserialize, Serialize};

/// A caution as printed and written.
#[derive(Debug, Serialize, Deserialize)]
pub struct CautionRow {
    pub(in crate::report) advice: String,
    pub(in crate::report) name: String,
    pub(in crate::report) seen: String,
}

impl CautionRow {
    /// A caution of a run.
    pub(super) fn of(caution: &run::Caution) -> Self {
        Self {
            advice: caution.advice.clone(),
            name: caution.name.to_string(),
            seen: caution.seen.clone(),
        }
    }

    /// The caution of a run.
    pub(super) fn caution(&self) -> run::Caution {
        run::Caution {
            name: self.name.clone().into(),
            seen: self.seen.clone(),
            advice: self.advice.clone(),
        }
    }
}

/// Cautions whose texts differ only in numbers.
#[derive(Debug)]
struct Group<'a> {
    /// Its place in the order in which groups appear.
    place: usize,
    first: &'a run::Caution,
    /// For each number in the text the minimum and the maximum, as written.
    numbers: Vec<[&'a str; 2]>,
    options: BTreeSet<usize>,
    /// The runs that have it, by their indices.
    runs: BTreeSet<usize>,
}

/// The distinct cautions: by type, with the range of the numbers, the options, and the number of runs.
pub fn cautions(results: &Results<'_>) -> Vec<CautionRow> {
    let mut groups: BTreeMap<(&str, Vec<&str>, &str), Group<'_>> = BTreeMap::new();
    // A folder that was read back has the caution of the decision among those of its runs.
    let decided = decision::caution(results);
    let is_of_runs =
        |caution: &&run::Caution| decided.as_ref().is_none_or(|of| of.name != caution.name);
    let all = results.runs.iter().enumerate();
    for (place, caution) in all
        .flat_map(|(place, run)| run.cautions.iter().filter(is_of_runs).map(move |at| (place, at)))
    {
        let (option, text) = split_option(&caution.seen);
        let (words, numbers) = split_numbers(text);
        let count = groups.len();
        let group =
            groups.entry((&caution.name, words, &caution.advice)).or_insert_with(|| Group {
                place: count,
                first: caution,
                numbers: numbers.iter().map(|number| [*number; 2]).collect(),
                options: BTreeSet::new(),
                runs: BTreeSet::new(),
            });
        let _ = group.runs.insert(place);
        group.options.extend(option);
        for (range, number) in group.numbers.iter_mut().zip(numbers) {
            widen(range, number);
        }
    }
    // Not by their texts: those of a folder that was read back have ranges and options, and must keep their order.
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|((name, ..), group)| (*name, group.place));
    let mut all: Vec<CautionRow> = groups
        .into_iter()
        .map(|((name, words, advice), group)| CautionRow {
            advice: advice.into(),
            name: name.into(),
            seen: told(&words, &group),
        })
        .collect();
    all.extend(decided.as_ref().map(CautionRow::of));
    all
}

/// The text of a group: that of its only caution, or with ranges, options and a count.
fn told(words: &[&str], group: &Group<'_>) -> String {
    if group.runs.len() == 1 {
        return group.first.seen.clone();
    }
    let options: Vec<&str> =
        group.options.iter().map(|option| TopologyOption::ALL[*option].name()).collect();
    let mut text = String::new();
    for (place, word) in words.iter().enumerate() {
        text.push_str(word);
        match group.numbers.get(place) {
            Some([least, most]) if least == most => text.push_str(least),
            Some([least, most]) => write!(text, "{least} to {most}").expect("a text grows"),
            None => {}
        }
    }
    let begin =
        if options.is_empty() { String::new() } else { format!("{}: ", options.join(", ")) };
    format!("{begin}{text} ({})", counted(group.runs.len(), "run"))
}

/// The option that a text begins with, and the rest.
fn split_option(text: &str) -> (Option<usize>, &str) {
    let found = text.split_once(": ").and_then(|(name, rest)| {
        let place = TopologyOption::ALL.iter().position(|option| option.name() == name)?;
        Some((place, rest))
    });
    found.map_or((None, text), |(place, rest)| (Some(place), rest))
}

/// The words before, between and after the numbers of a text, and the numbers.
fn split_numbers(text: &str) -> (Vec<&str>, Vec<&str>) {
    let (mut words, mut numbers) = (Vec::new(), Vec::new());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (word, from) = rest.split_at(start);
        let is_part = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
        let end = from.find(|c: char| !is_part(c)).unwrap_or(from.len());
        // A trailing sign belongs to the sentence.
        let number = from[..end].trim_end_matches(['.', ',']);
        words.push(word);
        numbers.push(number);
        rest = &from[number.len()..];
    }
    words.push(rest);
    (words, numbers)
}

/// Extends a range of numbers to include another.
fn widen<'a>(range: &mut [&'a str; 2], number: &'a str) {
    let value = |text: &str| text.replace(',', "").parse::<f64>().unwrap_or(f64::NAN);
    if value(number) < value(range[0]) {
        range[0] = number;
    }
    if value(number) > value(range[1]) {
        range[1] = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{owned, run};

    fn seen(texts: &[(TopologyOption, &str)]) -> Vec<String> {
        let runs = texts.iter().zip(1..).map(|((option, text), replication)| {
            let mut run = run(*option, replication, &[0, 10]);
            run.cautions =
                vec![run::Caution { name: "x".into(), seen: (*text).into(), advice: "do".into() }];
            run
        });
        let owned = owned(runs.collect());
        cautions(&owned.results()).into_iter().map(|caution| caution.seen).collect()
    }

    #[test]
    fn cautions_that_differ_in_numbers_are_one_with_a_range() {
        use TopologyOption::{Server, Ua};
        assert_eq!(
            seen(&[
                (Server, "server: 12 of 40 slots timed out."),
                (Server, "server: 9 of 40 slots timed out."),
                (Ua, "ua: 1,034 of 40 slots timed out."),
                (Ua, "ua: something else"),
            ]),
            ["server, ua: 9 to 1,034 of 40 slots timed out. (3 runs)", "ua: something else"]
        );
        assert_eq!(seen(&[(Server, "server: 2.5 times")]), ["server: 2.5 times"]);
        assert_eq!(seen(&[(Server, "no option"), (Ua, "no option")]), ["no option (2 runs)"]);
    }

    #[test]
    fn the_cautions_of_a_folder_that_is_read_back_keep_their_order() {
        use TopologyOption::{Server, ServerUa, Ua};
        let first = seen(&[
            (Server, "server: 12 of 40 refused"),
            (ServerUa, "server-ua: 12 of 30 agents wait"),
            (Ua, "ua: 5 of 40 agents wait"),
            (Ua, "3 of 9 lines"),
            (ServerUa, "server-ua: 7 of 41 refused"),
        ]);
        assert_eq!(first.len(), 3, "{first:?}");
        let mut read = run(Server, 1, &[0, 10]);
        let caution = |seen: &String| run::Caution {
            name: "x".into(),
            seen: seen.clone(),
            advice: "do".into(),
        };
        read.cautions = first.iter().map(caution).collect();
        let owned = owned(vec![read, run(Ua, 1, &[0, 10])]);
        let again: Vec<String> =
            cautions(&owned.results()).into_iter().map(|caution| caution.seen).collect();
        assert_eq!(again, first);
    }
}
