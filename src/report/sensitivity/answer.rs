//! The verdict on a ranking in one sentence, and on each key in a few words, at 95 % confidence.

use std::fmt::Write as _;

use super::results::SensitivityResults;
use crate::answer::quantities::signed;
use crate::experiment::sensitivity::{Analysis, Finding, Method, Number};

/// The maximum number of keys named in a sentence; the table has all.
const NAMED: usize = 3;

/// An index below this part of the greatest is negligible.
const NEGLIGIBLE: f64 = 0.001;

/// The verdict on a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Its index is the greatest.
    Greatest,
    /// Its interval overlaps that of the greatest.
    PerhapsGreatest,
    /// Its interval does not reach zero.
    Matters,
    /// Its index is less than a thousandth of the greatest: nobody sees it in the numbers.
    Negligible,
    /// Its interval reaches zero.
    PerhapsNothing,
    /// It had no effect at any point.
    Nothing,
    /// It has no index, because the metric was never reached at some point.
    Unknown,
}

impl Verdict {
    /// As text.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Greatest => "matters most",
            Self::PerhapsGreatest => "not distinguishable from the first",
            Self::Matters => "matters",
            Self::Negligible => "negligible",
            Self::PerhapsNothing => "possibly no effect",
            Self::Nothing => "no effect",
            Self::Unknown => "unknown",
        }
    }
}

/// The verdict on each key of an analysis, in its order.
pub(super) fn verdicts(analysis: &Analysis, method: Method) -> Vec<Verdict> {
    if analysis.is_constant(method) {
        return vec![Verdict::Nothing; analysis.findings.len()];
    }
    let ranks: Vec<Option<Number>> = analysis.findings.iter().map(|at| at.rank(method)).collect();
    let greatest = ranks.iter().flatten().find(|number| number.value > 0.0).copied();
    let low = |number: &Number| number.ci95.map_or(number.value, |(low, _)| low);
    let high = |number: &Number| number.ci95.map_or(number.value, |(_, high)| high);
    let verdict = |rank: &Option<Number>| match (rank, greatest) {
        (None, _) => Verdict::Unknown,
        (Some(number), Some(first)) if number.value > 0.0 => {
            if *number == first {
                Verdict::Greatest
            } else if number.value < NEGLIGIBLE * first.value {
                Verdict::Negligible
            } else if high(number) >= low(&first) {
                Verdict::PerhapsGreatest
            } else if low(number) > 0.0 {
                Verdict::Matters
            } else {
                Verdict::PerhapsNothing
            }
        }
        _ => Verdict::Nothing,
    };
    ranks.iter().map(verdict).collect()
}

/// The keys on which the metric depends, in one sentence.
pub(super) fn sentence(results: &SensitivityResults, analysis: &Analysis) -> String {
    let (metric, option) = (analysis.metric.name, analysis.option.name());
    let (points, never) = (analysis.points, analysis.never);
    if analysis.is_constant(results.method) {
        return format!(
            "{metric} under {option} was the same at all {points} points: no key changed it."
        );
    }
    let verdicts = verdicts(analysis, results.method);
    let of = |wanted: Verdict| -> Vec<&Finding> {
        let all = analysis.findings.iter().zip(&verdicts);
        all.filter(|(_, verdict)| **verdict == wanted).map(|(finding, _)| finding).collect()
    };
    let mut text = format!("{metric} under {option} ");
    let unknown = of(Verdict::Unknown);
    if !unknown.is_empty() {
        let keys = named(results, &unknown);
        let _ = write!(
            text,
            "was never reached at {never} of {points} points, so its dependence on {keys} is unknown"
        );
    }
    if let [first, alike @ ..] = of(Verdict::Greatest).as_slice() {
        let (key, size) = (results.key(first.factor), told(results, analysis, first));
        let before = if unknown.is_empty() { "" } else { "; of the other keys it " };
        let _ = write!(text, "{before}depends most on {key} ({size})");
        if !alike.is_empty() {
            let _ = write!(text, " and as much on {}", named(results, alike));
        }
    }
    for (verdict, before, after) in [
        (Verdict::PerhapsGreatest, "", " cannot be distinguished from that"),
        (Verdict::Matters, "less on ", ""),
        (Verdict::PerhapsNothing, "", " may have no effect"),
        (Verdict::Negligible, "", " had a negligible effect"),
        (Verdict::Nothing, "", " had no effect"),
    ] {
        let keys = of(verdict);
        if !keys.is_empty() {
            let _ = write!(text, "; {before}{}{after}", named(results, &keys));
        }
    }
    text + "."
}

/// The index by which keys are ranked, with its interval.
fn told(results: &SensitivityResults, analysis: &Analysis, finding: &Finding) -> String {
    let Some(number) = finding.rank(results.method) else { return "–".into() };
    let size = |value: f64| match results.method {
        Method::Morris(_) => signed(analysis.metric.unit, value),
        Method::Sobol(_) if value > 0.0 && value < 0.005 => "< 1 %".into(),
        Method::Sobol(_) => format!("{:.0} %", 100.0 * value),
    };
    let about = match results.method {
        Method::Morris(_) => "over its range",
        Method::Sobol(_) => "of the variance",
    };
    let ci95 = number.ci95.map(|(low, high)| format!(", {} to {}", size(low), size(high)));
    format!("{} {about}{}", size(number.value), ci95.unwrap_or_default())
}

/// "a, b and c", or "a, b, c and 4 more".
fn named(results: &SensitivityResults, findings: &[&Finding]) -> String {
    let keys: Vec<&str> = findings.iter().map(|finding| results.key(finding.factor)).collect();
    match keys.as_slice() {
        [only] => (*only).into(),
        all if all.len() <= NAMED => {
            format!("{} and {}", all[..all.len() - 1].join(", "), all[all.len() - 1])
        }
        all => format!("{} and {} more", all[..NAMED].join(", "), all.len() - NAMED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::sensitivity::Index;
    use crate::measure::run::Metric;
    use crate::model::settings::TopologyOption;
    use crate::report::fixture::sweep_record;

    /// Results of Morris' method for keys with these indices: μ\* with its interval, or none.
    fn results(indices: &[Option<(f64, f64, f64)>], never: usize) -> SensitivityResults {
        let finding = |(factor, of): (usize, &Option<(f64, f64, f64)>)| {
            let number = of.map(|(value, low, high)| Number { value, ci95: Some((low, high)) });
            let never = usize::from(number.is_none());
            let numbers = vec![number, number, number];
            Finding { factor, index: Index { never, never_by_key: never, numbers } }
        };
        let analysis = Analysis {
            option: TopologyOption::Server,
            metric: Metric::named("protected_p95_s").expect("a metric"),
            findings: indices.iter().enumerate().map(finding).collect(),
            never,
            points: 12,
        };
        let names = ["a", "b", "c", "d", "e", "f"];
        SensitivityResults {
            record: sweep_record(&[], Vec::new()),
            method: Method::Morris(4),
            factors: names.map(|key| (key.to_string(), "1..2".to_string())).to_vec(),
            left_out: Vec::new(),
            analyses: vec![analysis],
        }
    }

    fn said(indices: &[Option<(f64, f64, f64)>], never: usize) -> String {
        let results = results(indices, never);
        sentence(&results, &results.analyses[0])
    }

    #[test]
    fn keys_are_told_apart_where_their_intervals_do_not_meet() {
        let clear = [Some((60.0, 50.0, 70.0)), Some((40.0, 30.0, 49.0)), Some((9.0, 0.0, 20.0))];
        assert_eq!(
            said(&[&clear[..], &[Some((0.0, 0.0, 0.0))]].concat(), 0),
            "protected_p95_s under server depends most on a (1 min over its range, 50 s to 1 min 10 \
             s); less on b; c may have no effect; d had no effect."
        );
        let met = [Some((60.0, 50.0, 70.0)), Some((45.0, 30.0, 51.0)), Some((40.0, 30.0, 50.0))];
        assert!(said(&met, 0).ends_with("; b and c cannot be distinguished from that."));
        let same = [Some((60.0, 50.0, 70.0)); 6];
        assert!(
            said(&same, 0).ends_with("and as much on b, c, d and 2 more."),
            "{}",
            said(&same, 0)
        );
    }

    #[test]
    fn what_is_not_known_is_said_first_and_no_effect_is_no_ranking() {
        let some = [None, Some((60.0, 50.0, 70.0))];
        assert_eq!(
            said(&some, 3),
            "protected_p95_s under server was never reached at 3 of 12 points, so its dependence \
             on a is unknown; of the other keys it depends most on b (1 min over its range, 50 s \
             to 1 min 10 s)."
        );
        assert!(said(&[None, None], 3).ends_with("so its dependence on a and b is unknown."));
        let nothing = [Some((0.0, 0.0, 0.0)); 2];
        assert!(said(&nothing, 0).ends_with("was the same at all 12 points: no key changed it."));
        let results = results(&nothing, 0);
        let verdicts = verdicts(&results.analyses[0], results.method);
        assert_eq!(verdicts, [Verdict::Nothing, Verdict::Nothing]);
    }
}
