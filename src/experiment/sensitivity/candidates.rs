//! Assumptions as factors: the keys that the vendor's documents leave open.

use crate::experiment::sweep::{Factor, Levels, Spacing};
use crate::scenario::{Assumption, Template, VariedKey};

/// An assumption that is not varied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its key, or its topic if no key changes it.
    pub about: String,
    /// The reason.
    pub why: String,
}

/// Assumptions as factors, and those that cannot be varied.
#[derive(Debug, Default)]
pub struct Candidates {
    /// The factors.
    pub factors: Vec<Factor>,
    /// The others.
    pub left_out: Vec<LeftOut>,
}

/// A factor for each of `assumptions`: numbers from half to double the current value, evenly in the logarithm, and all
/// words of a choice or flag. Keys in `taken` are varied already; values set on the command line stay fixed.
pub fn candidates(assumptions: &[Assumption], taken: &[String], template: &Template) -> Candidates {
    let mut all = Candidates::default();
    for assumption in assumptions {
        if taken.contains(&assumption.key) {
            continue;
        }
        match factor(assumption, template) {
            Ok(factor) => all.factors.push(factor),
            Err(why) => {
                let is_fixed = assumption.key.is_empty();
                let about = if is_fixed { &assumption.value } else { &assumption.key };
                all.left_out.push(LeftOut { about: about.clone(), why });
            }
        }
    }
    all
}

fn factor(assumption: &Assumption, template: &Template) -> Result<Factor, String> {
    if assumption.key.is_empty() {
        return Err(format!("no key changes it: {}", assumption.meaning));
    }
    if template.set.0.iter().any(|(key, _)| *key == assumption.key) {
        return Err(format!("--set says `{}`", assumption.value));
    }
    let key = VariedKey::find(&assumption.key)?;
    let levels = match key.words() {
        Some(words) => Levels::Listed(words),
        None => half_to_double(key, &assumption.value)?,
    };
    let factor = Factor { key: assumption.key.clone(), levels };
    for end in [0, u64::MAX] {
        let set = [(factor.key.clone(), factor.levels.at(end))];
        if let Err(problems) = template.resolve(&set) {
            let problem = problems.list.first().map(|problem| problem.message.as_str());
            return Err(format!("{}: {}", set[0].1, problem.unwrap_or("not valid here")));
        }
    }
    Ok(factor)
}

fn half_to_double(key: VariedKey, value: &str) -> Result<Levels, String> {
    let number = key.quantity(value).map_err(|_| {
        format!("`{value}` is not a single number: there is no range from half to double")
    })?;
    let value = key.written(number);
    if number == 0 {
        return Err(format!("`{value}` is zero: there is no range from half to double"));
    }
    let (least, most) = key.limits();
    let from = (number / 2).max(least).max(1);
    let to = number.saturating_mul(2).min(most);
    if from == to {
        return Err(format!("`{value}` cannot be halved or doubled"));
    }
    Ok(Levels::Range { key, from, to, spacing: Spacing::Logarithmic })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Overrides;

    const TEXT: &str = "name = \"small\"\nduration = \"2 h\"\n[headquarters]\nagents = 10\n\
                        internet_bandwidth = \"1 Mbit/s\"\n[[release]]\nname = \"r\"\n\
                        at = \"2 min\"\ncomponents = [\"Virus Pattern\"]\n";

    fn found(taken: &[&str]) -> (usize, Candidates) {
        let set = Overrides(vec![("sources.stale".into(), "accept".into())]);
        let template = Template { file: "small.toml".into(), text: TEXT.into(), set };
        let assumptions = template.resolve(&[]).unwrap().assumptions;
        let taken: Vec<String> = taken.iter().copied().map(String::from).collect();
        (assumptions.len(), candidates(&assumptions, &taken, &template))
    }

    fn ends(all: &Candidates, key: &str) -> Option<(String, String)> {
        let levels = &all.factors.iter().find(|factor| factor.key == key)?.levels;
        Some((levels.at(0), levels.at(u64::MAX)))
    }

    #[test]
    fn every_assumption_is_varied_or_left_out_for_a_reason() {
        let (count, all) = found(&[]);
        assert_eq!(all.factors.len() + all.left_out.len(), count);
        let has = |key, from: &str, to: &str| {
            assert_eq!(ends(&all, key), Some((from.into(), to.into())), "{key}");
        };
        has("server.slots", "125", "500");
        has("server.overflow", "refuse", "queue");
        has("sources.resumes", "false", "true");
        has("notification.attempts", "2", "10");
        has("notification.record_lifetime", "12 h", "2 d");
        for (about, why) in [
            ("server.max_transfers", "is zero"),
            ("agents.schedule", "not a single number"),
            ("working_day.arrival", "not a single number"),
            ("stocks", "no key"),
            ("sources.stale", "--set says `accept`"),
        ] {
            let left = all.left_out.iter().find(|left| left.about == about).expect(about);
            assert!(left.why.contains(why), "{about}: {}", left.why);
        }
    }

    #[test]
    fn what_is_varied_otherwise_is_no_candidate() {
        let (count, all) = found(&["server.slots"]);
        assert_eq!(all.factors.len() + all.left_out.len(), count - 1);
        assert_eq!(ends(&all, "server.slots"), None);
    }
}
