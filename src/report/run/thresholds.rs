//! Thresholds and their verdicts, as text and JUnit XML.

use std::fmt::Write as _;
use std::io::Write;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::results::Results;
use crate::answer::quantities::{exact_duration, exact_quantity, number, quantity};
use crate::experiment::{
    Estimate, Judgement, Verdict, WorstRelease, judge, release_estimates, worst_release,
};
use crate::model::ReleaseScope;
use crate::model::metric::Metric;
use crate::report::annotations::{Level, annotation};
use crate::report::atomic_directory::ReportError;
use crate::report::atomic_file::AtomicFile;
use crate::scenario::Threshold;
use crate::units::decimal::Thousandths;
use crate::units::text::{print_bytes, print_rate};
use crate::units::{BitRate, Bytes};

/// The verdict on a threshold under an option, as text.
pub(in crate::report) struct Told {
    pub(in crate::report) verdict: Verdict,
    /// Whether it counts as missed.
    fails: bool,
    /// The condition, such as `protected_p95_s ≤ 7200`.
    pub(in crate::report) condition: String,
    pub(in crate::report) option: &'static str,
    /// The measured value.
    pub(in crate::report) measured: String,
    /// A note.
    pub(in crate::report) note: Option<String>,
}

impl Results<'_> {
    /// The verdict on each threshold.
    pub fn judgements(&self) -> Vec<Judgement<'_>> {
        let of_releases = release_estimates(self.runs);
        judge(&self.record.thresholds, self.estimates, &of_releases)
    }
}

impl Told {
    /// The sign of a verdict.
    pub(in crate::report) fn sign(&self) -> &'static str {
        match self.verdict {
            Verdict::Kept => "✓",
            Verdict::Broken => "✗",
            Verdict::Undecided => "?",
            Verdict::NotJudged => "–",
        }
    }

    fn of(judgement: &Judgement<'_>, worst: WorstRelease<'_>, replications: u32) -> Self {
        let option = judgement.option.name();
        let mut measured = match &judgement.estimate {
            Some(estimate) => measured(estimate, replications),
            None => "not judged".into(),
        };
        if judgement.threshold.release.is_worst()
            && let WorstRelease::Always(worst) = worst
        {
            let _ = write!(measured, ", of the release {worst}");
        }
        let note = match &judgement.estimate {
            None => Some(format!("{option} was not run")),
            Some(estimate) if judgement.verdict == Verdict::Undecided => {
                estimate.ci95.map(|ci95| undecided(judgement, estimate.metric.unit, ci95))
            }
            Some(_) => None,
        };
        let release = judgement.estimate.as_ref().and_then(|estimate| estimate.release.as_deref());
        let condition = condition(judgement.threshold, release);
        let (verdict, fails) = (judgement.verdict, judgement.fails());
        Self { verdict, fails, condition, option, measured, note }
    }

    /// In one line, without its note.
    fn line(&self) -> String {
        let Self { condition, option, measured, .. } = self;
        format!("{} {condition} under {option}: {measured}", self.sign())
    }
}

/// Why a threshold is undecided, and what would decide it.
fn undecided(judgement: &Judgement<'_>, unit: &str, (low, high): (f64, f64)) -> String {
    let [low, high] = match [low, high].map(|end| quantity(unit, end)) {
        [low_shown, high_shown] if low_shown == high_shown => {
            [low, high].map(|end| exact_quantity(unit, end))
        }
        shown => shown,
    };
    let remedy = match judgement.more {
        Some(1) => "1 more replication would probably decide".into(),
        Some(more) => format!("about {more} more replications would probably decide"),
        None => "it is too close to the limit for replications to decide".to_string(),
    };
    let fails = if judgement.fails() { "; it fails because on_undecided = \"fail\"" } else { "" };
    format!(
        "undecided: the 95 % interval of the mean, {low} to {high}, contains the limit; \
         {remedy}{fails}"
    )
}

/// The verdict on each threshold.
pub(in crate::report) fn told(results: &Results<'_>) -> Vec<Told> {
    let judgements = results.judgements();
    let replications = results.record.replications;
    let outcome = results.outcome();
    let told = |judgement: &Judgement<'_>| {
        let metric = &judgement.threshold.metric;
        let runs = outcome.by_option().find(|runs| runs[0].option == judgement.option);
        let worst = runs.map_or(WorstRelease::Only, |runs| worst_release(runs, metric));
        Told::of(judgement, worst, replications)
    };
    judgements.iter().map(told).collect()
}

/// "2 of 5 thresholds broken"; empty if none is.
pub(in crate::report) fn broken(results: &Results<'_>) -> Option<String> {
    let judgements = results.judgements();
    let broken = judgements.iter().filter(|at| at.verdict == Verdict::Broken).count();
    let s = if judgements.len() == 1 { "" } else { "s" };
    (broken > 0).then(|| format!("{broken} of {} threshold{s} broken", judgements.len()))
}

/// A line for each threshold and option with its verdict, and the numbers of broken and undecided ones; empty without
/// thresholds.
pub fn verdicts(results: &Results<'_>) -> String {
    let all = told(results);
    let mut out = String::new();
    for told in &all {
        let _ = writeln!(out, "{}", told.line());
        if let Some(note) = &told.note {
            let _ = writeln!(out, "  {note}");
        }
    }
    let count = |verdict| all.iter().filter(|told| told.verdict == verdict).count();
    let counts = [(count(Verdict::Broken), "broken"), (count(Verdict::Undecided), "undecided")];
    let s = if all.len() == 1 { "" } else { "s" };
    let mut of_all = format!(" of {} threshold{s}", all.len());
    let told = counts.into_iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = told
        .map(|(count, word)| format!("{count}{} {word}", std::mem::take(&mut of_all)))
        .collect();
    if !told.is_empty() {
        let _ = writeln!(out, "{}", told.join(", "));
    }
    out
}

/// The origin of thresholds, for a test report.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The scenario's file as given.
    pub scenario: String,
    /// The duration of the simulation.
    pub took: Duration,
}

/// Writes the verdicts as JUnit XML: a case for each threshold and option, in the class of its scenario and option,
/// with its file. Each case has an equal share of the duration of the simulation.
///
/// # Errors
/// If the file cannot be written.
pub fn write_junit(
    results: &Results<'_>,
    origin: &Origin,
    file: AtomicFile,
) -> Result<(), ReportError> {
    let mut suite = TestSuite::new(results.record.title());
    let all = told(results);
    let share = origin.took / u32::try_from(all.len().max(1)).unwrap_or(u32::MAX);
    let scenario = results.record.scenario["name"].as_str().unwrap_or_default();
    let _ =
        suite.set_time(origin.took).extra.insert("file".into(), origin.scenario.as_str().into());
    for told in all {
        let said = [Some(told.measured.as_str()), told.note.as_deref()];
        let message = said.into_iter().flatten().collect::<Vec<_>>().join("; ");
        let mut status = match told.verdict {
            Verdict::Kept => TestCaseStatus::success(),
            _ if told.fails => TestCaseStatus::non_success(NonSuccessKind::Failure),
            _ => TestCaseStatus::skipped(),
        };
        if told.verdict != Verdict::Kept {
            let _ = status.set_message(message.as_str()).set_type(told.verdict.name());
        }
        let mut case = TestCase::new(told.condition, status);
        let _ = case.set_classname(format!("{scenario}.{}", told.option)).set_time(share);
        let _ = case.extra.insert("file".into(), origin.scenario.as_str().into());
        if told.verdict == Verdict::Kept {
            let _ = case.set_system_out(message);
        }
        let _ = suite.add_test_case(case);
    }
    let mut report = Report::new("updraft");
    let _ = report.add_test_suite(suite);
    file.write(|out| Ok(out.write_all(report.to_string()?.as_bytes())?))
}

/// An annotation of the scenario in `file` for each threshold that is broken or undecided.
pub fn threshold_annotations(results: &Results<'_>, file: &str) -> String {
    let mut out = String::new();
    for at in told(results) {
        let title = match at.verdict {
            Verdict::Broken => "threshold broken",
            Verdict::Undecided => "threshold undecided",
            Verdict::Kept | Verdict::NotJudged => continue,
        };
        let level = if at.fails { Level::Error } else { Level::Warning };
        let message = format!("{} under {}: {}", at.condition, at.option, at.measured);
        let _ = write!(out, "{}", annotation(level, file, title, &message));
    }
    out
}

/// A threshold as a condition on `release`.
fn condition(threshold: &Threshold, release: Option<&str>) -> String {
    let unit = Metric::named(&threshold.metric).map_or("count", |metric| metric.unit);
    let limit = |limit: Thousandths| exact(unit, limit);
    let named = match (&threshold.release, release) {
        (_, Some(name)) => Some(name),
        (ReleaseScope::Named(name), None) => Some(name.as_str()),
        (ReleaseScope::Worst | ReleaseScope::Each, None) => None,
    };
    let of = named.map_or_else(String::new, |name| format!(" of {name}"));
    let name = format!("{}{of}", threshold.metric);
    match (threshold.min.map(limit), threshold.max.map(limit)) {
        (Some(min), Some(max)) => format!("{min} ≤ {name} ≤ {max}"),
        (Some(min), None) => format!("{name} ≥ {min}"),
        (None, Some(max)) => format!("{name} ≤ {max}"),
        (None, None) => name,
    }
}

/// A limit in the unit of its metric, to the last digit.
fn exact(unit: &str, limit: Thousandths) -> String {
    let whole = limit.count() / 1000;
    match unit {
        "s" => exact_duration(f64_of(limit)),
        "bytes" if limit.count().is_multiple_of(1000) => print_bytes(Bytes::new(whole)),
        "bit/s" if limit.count().is_multiple_of(1000) => {
            print_rate(BitRate::from_bits_per_sec(whole))
        }
        _ => number(f64_of(limit)),
    }
}

/// The formatted measured value, with three decimals if rounding would hide the digits that decide.
fn measured(estimate: &Estimate, replications: u32) -> String {
    let Metric { unit, .. } = estimate.metric;
    let never = replications - estimate.replications;
    match estimate.mean {
        None => "never".into(),
        Some(_) if never > 0 => format!("never in {never} of {replications} replications"),
        Some(mean) => {
            let (read, exact) = (quantity(unit, mean), exact_quantity(unit, mean));
            let is_read = matches!(unit, "s" | "bytes" | "bit/s") && read != exact;
            if is_read { format!("{read} ({exact})") } else { exact }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number for people")]
fn f64_of(limit: Thousandths) -> f64 {
    limit.count() as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::run::Value;
    use crate::model::settings::TopologyOption;
    use crate::report::fixture::{OwnedResults, owned, run};
    use crate::units::SimDuration;

    fn threshold(metric: &str, option: Option<TopologyOption>, max: u64) -> Threshold {
        let max = Some(Thousandths::new(max * 1000));
        let release = ReleaseScope::Worst;
        Threshold { metric: metric.into(), option, release, min: None, max, fails_undecided: false }
    }

    /// Two replications under `server`, protected at 95 % after 100 and 102 minutes.
    fn judged(thresholds: Vec<Threshold>) -> OwnedResults {
        let mut runs =
            vec![run(TopologyOption::Server, 1, &[1]), run(TopologyOption::Server, 2, &[1])];
        for (run, minutes) in runs.iter_mut().zip([100, 102]) {
            let metric = run.metrics.iter_mut().find(|at| at.0.name == "protected_p95_s");
            metric.expect("a metric").1 = Value::Seconds(Some(SimDuration::from_mins(minutes)));
        }
        let mut owned = owned(runs);
        owned.record.thresholds = thresholds;
        owned
    }

    #[test]
    fn the_ends_of_a_narrow_interval_are_told_apart() {
        let mut owned = judged(vec![threshold("protected_p95_s", None, 6_000)]);
        for (run, millis) in owned.runs.iter_mut().zip([6_000_000, 6_000_020]) {
            let metric = run.metrics.iter_mut().find(|at| at.0.name == "protected_p95_s");
            let time = SimDuration::from_millis(millis);
            metric.expect("a metric").1 = Value::Seconds(Some(time));
        }
        let estimates = crate::experiment::estimates(&owned.runs);
        let told = verdicts(&Results { estimates: &estimates, ..owned.results() });
        assert!(told.contains("1 h 39 min 59.883 s to 1 h 40 min 0.137 s"), "{told}");
    }

    #[test]
    fn each_verdict_is_told_with_what_was_measured() {
        let owned = judged(vec![
            threshold("protected_p95_s", None, 20_000),
            threshold("protected_p95_s", None, 6_000),
            threshold("protected_all_s", None, 7_200),
            threshold("agents", Some(TopologyOption::Server), 1),
            threshold("agents", Some(TopologyOption::Ua), 7),
        ]);
        // 6060 ± 12.706 · 60.
        let undecided = |interval: &str| {
            format!(
                "  undecided: the 95 % interval of the mean, {interval}, contains the limit; \
                 about 321 more replications would probably decide\n"
            )
        };
        let close = undecided("1 h 28 min to 1 h 54 min");
        let few = undecided("-4.9 to 7.9");
        assert_eq!(
            verdicts(&owned.results()),
            format!(
                "✓ protected_p95_s ≤ 5 h 33 min 20 s under server: 1 h 41 min\n\
                 ? protected_p95_s ≤ 1 h 40 min under server: 1 h 41 min\n{close}\
                 ✗ protected_all_s ≤ 2 h under server: never\n\
                 ? agents ≤ 1 under server: 1.5\n{few}\
                 – agents ≤ 7 under ua: not judged\n  ua was not run\n\
                 1 of 5 thresholds broken, 2 undecided\n"
            )
        );
        assert_eq!(verdicts(&judged(Vec::new()).results()), "");
    }

    #[test]
    fn a_small_cost_has_the_digits_that_decide() {
        let max = Some(Thousandths::new(63));
        let mut owned = judged(vec![Threshold { max, ..threshold("wan_cost", None, 0) }]);
        for run in &mut owned.runs {
            let metric = run.metrics.iter_mut().find(|at| at.0.name == "wan_cost");
            metric.expect("a metric").1 = Value::Real(0.063_04);
        }
        let estimates = crate::experiment::estimates(&owned.runs);
        let told = verdicts(&Results { estimates: &estimates, ..owned.results() });
        assert!(told.starts_with("✗ wan_cost ≤ 0.063 under server: 0.06304\n"), "{told}");
    }

    #[test]
    fn junit_has_a_case_for_each() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let file = place.path().join("junit.xml");
        let mut owned = judged(vec![
            threshold("protected_p95_s", None, 20_000),
            threshold("protected_all_s", None, 7_200),
            threshold("agents", Some(TopologyOption::Ua), 7),
            threshold("protected_p95_s", None, 6_000),
            Threshold { fails_undecided: true, ..threshold("protected_p95_s", None, 6_050) },
        ]);
        owned.record.scenario["title"] = "<b> & \"c\"".into();
        let claimed = AtomicFile::claim(&file).expect("a file");
        let origin = Origin { scenario: "a.toml".into(), took: Duration::from_millis(2500) };
        write_junit(&owned.results(), &origin, claimed).expect("it can be written");
        let text = std::fs::read_to_string(&file).expect("a file");
        for said in [
            "<testsuites name=\"updraft\" tests=\"5\" skipped=\"2\" failures=\"2\"",
            "<testsuite name=\"&lt;b&gt; &amp; &quot;c&quot;\" tests=\"5\"",
            "time=\"2.500\" file=\"a.toml\">",
            "<testcase name=\"protected_p95_s ≤ 5 h 33 min 20 s\" classname=\"small.server\" time=\"0.500\" \
             file=\"a.toml\">",
            "<failure message=\"never\" type=\"broken\"/>",
            "<skipped message=\"not judged; ua was not run\" type=\"not-judged\"/>",
            "<skipped message=\"1 h 41 min; undecided: the 95 % interval of the mean, ",
            "it fails because on_undecided = &quot;fail&quot;\" type=\"undecided\"/>",
        ] {
            assert!(text.contains(said), "{said}\n{text}");
        }
    }
}
