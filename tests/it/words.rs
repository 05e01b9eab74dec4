//! The words of the project: no misspelling, none that the glossary replaces, and each term defined once.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Words that are not used, with their replacements. A word is added after the sources are free of it.
const NOT_WRITTEN: [(&str, &str); 80] = [
    // Misspellings.
    ("accomodate", "accommodate"),
    ("acheive", "achieve"),
    ("accross", "across"),
    ("adress", "address"),
    ("alot", "a lot"),
    ("allways", "always"),
    ("arbitary", "arbitrary"),
    ("arguement", "argument"),
    ("asyncronous", "asynchronous"),
    ("availible", "available"),
    ("bandwith", "bandwidth"),
    ("becuase", "because"),
    ("begining", "beginning"),
    ("calender", "calendar"),
    ("comparision", "comparison"),
    ("compatability", "compatibility"),
    ("consistant", "consistent"),
    ("definately", "definitely"),
    ("dependancy", "dependency"),
    ("desribe", "describe"),
    ("determin", "determine"),
    ("enviroment", "environment"),
    ("existance", "existence"),
    ("explicitely", "explicitly"),
    ("funtion", "function"),
    ("guarentee", "guarantee"),
    ("identifer", "identifier"),
    ("independant", "independent"),
    ("intial", "initial"),
    ("lenght", "length"),
    ("maximun", "maximum"),
    ("neccessary", "necessary"),
    ("occured", "occurred"),
    ("occurence", "occurrence"),
    ("paramter", "parameter"),
    ("performace", "performance"),
    ("persistant", "persistent"),
    ("preceeding", "preceding"),
    ("priviledge", "privilege"),
    ("probablity", "probability"),
    ("proccess", "process"),
    ("recieve", "receive"),
    ("recomend", "recommend"),
    ("refered", "referred"),
    ("relevent", "relevant"),
    ("repitition", "repetition"),
    ("reponse", "response"),
    ("resouce", "resource"),
    ("seperate", "separate"),
    ("similiar", "similar"),
    ("speficied", "specified"),
    ("statisics", "statistics"),
    ("succesful", "successful"),
    ("sucess", "success"),
    ("suprise", "surprise"),
    ("teh", "the"),
    ("threshhold", "threshold"),
    ("tranfer", "transfer"),
    ("truely", "truly"),
    ("untill", "until"),
    ("utilisaton", "utilisation"),
    ("wether", "whether"),
    ("wich", "which"),
    ("writting", "writing"),
    // Words that standard terms have replaced.
    ("fellows", "the other tasks"),
    ("foretell", "estimate"),
    ("foretelling", "estimate"),
    ("luck", "random numbers"),
    ("lucky", "by chance"),
    ("agenda", "event queue"),
    ("anew", "again"),
    ("foretold", "estimated"),
    ("happenings", "events"),
    ("holdup", "block reason"),
    ("knock", "request"),
    ("lens", "tracer"),
    ("shelf", "repository"),
    ("somebody", "the agent, the user"),
    ("thing", "the noun that is meant"),
    ("things", "the noun that is meant"),
];

/// Phrases that are not used, with their replacements. A phrase is added after the sources are free of it.
const NO_PHRASES: [(&str, &str); 22] = [
    ("a slip of the pen", "a typing error"),
    ("as people write", "in common notations"),
    ("came about", "was reached"),
    ("comes about", "is reached"),
    ("comes to a value", "reaches a value"),
    ("filled aside", "written to a temporary directory"),
    ("gone on with", "resumed"),
    ("is called so", "has that name"),
    ("looked at again", "checked again"),
    ("means nothing here", "has no effect here"),
    ("no moment of", "not a time of"),
    ("nothing written", "no value"),
    ("of one's own", "custom"),
    ("people see", "the terminal shows"),
    ("put in its place", "renamed into place"),
    ("so many of", "the number of"),
    ("the how manyth", "the number of the"),
    ("to be told", "to be notified"),
    ("what became of", "the outcome of"),
    ("what becomes of", "what happens to"),
    ("where there is one", "if there is one"),
    ("whoever asks", "the client"),
];

/// The files that people read: sources, documents, scenarios.
const READ: [&str; 17] = [
    "src",
    "docs",
    "scenarios",
    "examples",
    "benches",
    "python/src",
    "python/tests",
    "python/updraft",
    "results/README.md",
    "assets/templates",
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "Cargo.toml",
    ".ci/run",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The text files below `path`.
fn files(path: &Path, all: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder") {
            files(&entry.expect("an entry").path(), all);
        }
    } else {
        all.push(path.to_path_buf());
    }
}

/// Whether `line` contains `phrase` as whole words.
fn has_phrase(line: &str, phrase: &str) -> bool {
    line.match_indices(phrase).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + phrase.len()..].chars().next();
        !before.is_some_and(char::is_alphabetic) && !after.is_some_and(char::is_alphabetic)
    })
}

fn wrong_words(name: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let lower = line.to_lowercase();
        for (phrase, instead) in NO_PHRASES.iter().filter(|(phrase, _)| has_phrase(&lower, phrase))
        {
            wrong.push(format!("{name}:{}: `{phrase}`: write `{instead}`", number + 1));
        }
        for word in line.split(|c: char| !c.is_alphabetic()) {
            let lower = word.to_lowercase();
            if let Some((_, instead)) = NOT_WRITTEN.iter().find(|(word, _)| *word == lower) {
                wrong.push(format!("{name}:{}: `{word}`: write `{instead}`", number + 1));
            }
        }
    }
    wrong
}

#[test]
fn no_word_is_misspelt_or_replaced() {
    let mut all = Vec::new();
    for path in READ {
        files(&root().join(path), &mut all);
    }
    assert!(all.len() > 300, "{} files are not all of them", all.len());
    let mut wrong = Vec::new();
    for path in all {
        // Pictures and fonts are not text.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        wrong.extend(wrong_words(&path.display().to_string(), &text));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_planted_word_is_detected() {
    let found = wrong_words("a.md", "all is well\nto Recieve_it, or reciever");
    assert_eq!(found, ["a.md:2: `Recieve`: write `receive`"]);
    let found = wrong_words("a.md", "It comes about, he becomes abouts\n");
    assert_eq!(found, ["a.md:1: `comes about`: write `is reached`"]);
}

#[test]
fn each_word_is_listed_once_with_its_replacement() {
    let words: BTreeSet<&str> = NOT_WRITTEN.iter().map(|(word, _)| *word).collect();
    assert_eq!(words.len(), NOT_WRITTEN.len());
    assert!(NOT_WRITTEN.iter().all(|(word, instead)| !words.contains(instead) && word != instead));
    let phrases: BTreeSet<&str> = NO_PHRASES.iter().map(|(phrase, _)| *phrase).collect();
    assert_eq!(phrases.len(), NO_PHRASES.len());
}

#[test]
fn the_glossary_defines_each_term_once_in_order_and_with_its_source() {
    let text = fs::read_to_string(root().join("docs/glossary.md")).expect("a document");
    let mut seen = BTreeSet::new();
    for table in text.split("\n## ").skip(1) {
        let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1);
        let mut before = String::new();
        for row in rows {
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            let [term, meaning, source] = cells[..] else { panic!("{row}: three cells") };
            assert!(seen.insert(term.to_lowercase()), "{term} is defined twice");
            assert!(meaning.ends_with('.') || meaning.ends_with(".)"), "{term}: {meaning}");
            assert!(
                ["V: ", "L: ", "P: "].iter().any(|of| source.starts_with(of)),
                "{term}: {source}"
            );
            assert!(before < term.to_lowercase(), "{term} stands behind {before}");
            before = term.to_lowercase();
        }
    }
    assert!(seen.len() >= 50, "{} terms", seen.len());
}
