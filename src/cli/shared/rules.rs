//! The table of rules in `docs/rules.md`; `tests/it/rules` checks it.

const TABLE: &str = include_str!("../../../docs/rules.md");

/// A rule of the product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Rule {
    /// Its id, such as SRC-9.
    pub(in crate::cli) id: &'static str,
    /// In our words.
    pub(in crate::cli) words: &'static str,
    /// The vendor's document.
    pub(in crate::cli) source: &'static str,
    /// The scenario keys that affect it.
    pub(in crate::cli) keys: Vec<&'static str>,
}

/// All rules, in the order of the table.
pub(in crate::cli) fn rules() -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for line in TABLE.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [id, words, source, _place, _tests, keys] = cells[..] else { continue };
        let above = rules.last().map_or(source, |rule| rule.source);
        let source = if source == "the same" { above } else { source };
        let keys = keys.split(',').map(|key| key.trim().trim_matches('`'));
        let keys = keys.filter(|key| *key != "–").collect();
        rules.push(Rule { id, words, source, keys });
    }
    rules
}
