//! A calibration of one company, compared with the truth.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::BufReader;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use updraft::experiment::Experiment;
use updraft::experiment::calibration::estimate::Estimate;
use updraft::experiment::calibration::history_matching::History;
use updraft::experiment::calibration::match_space::{default_space, has};
use updraft::experiment::calibration::plausible::Plausible;
use updraft::experiment::calibration::{Calibrated, Calibration};
use updraft::import::{LogReader, LogRules, UtcOffset};
use updraft::model::observation::Observations;
use updraft::random::{Purpose, Streams};
use updraft::report::{AtomicDirectory, LogForm, write_logs};
use updraft::scenario::{Layers, Overrides, Scenario};

use super::company::{Company, fraction};

/// The number of plausible values among which the truth is ranked.
const DRAWS: u32 = 99;

/// What a study asks of each company.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// The number of plausible overlays.
    pub(crate) members: u32,
    /// The number of points of a wave of history matching.
    pub(crate) points: u32,
}

/// A key, and what was found.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// The key.
    pub(crate) key: &'static str,
    /// Whether the 90 % interval holds the truth; `None`: the logs do not identify it.
    pub(crate) is_covered: Option<bool>,
    /// The rank of the truth among plausible values, from 0 to [`DRAWS`]; `None` if these are not random.
    pub(crate) rank: Option<u32>,
}

/// A deliberately wrong model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wrong {
    /// No Update Agents, where the company has some.
    NoUpdateAgents,
    /// Twice the bandwidth of kiosks.
    TwiceTheLink,
    /// The server notifies all agents, where Update Agents notify theirs.
    OtherNotifier,
}

impl Wrong {
    /// All of them.
    pub(crate) const ALL: [Self; 3] =
        [Self::NoUpdateAgents, Self::TwiceTheLink, Self::OtherNotifier];

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NoUpdateAgents => "no Update Agents",
            Self::TwiceTheLink => "twice the link",
            Self::OtherNotifier => "another notifier",
        }
    }

    /// What sets it.
    fn set(self, company: &Company) -> (String, String) {
        match self {
            Self::NoUpdateAgents => ("option".into(), "server".into()),
            Self::TwiceTheLink => {
                ("site.kiosk.bandwidth".into(), format!("{} kbit/s", 2 * company.kiosk_kbps))
            }
            Self::OtherNotifier => ("notification.notified_by".into(), "server".into()),
        }
    }
}

/// What was found of a company.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// The keys.
    pub(crate) found: Vec<Found>,
    /// Whether the true model reproduces the days that were held out.
    pub(crate) reproduces: bool,
    /// The wrong models that were refused.
    pub(crate) refused: BTreeMap<Wrong, bool>,
}

/// Writes the logs of a company, reads them and calibrates: with the true structure, and with each wrong one. `folder` is
/// for its logs.
pub(crate) fn examine(
    company: &Company,
    effort: Effort,
    folder: &Path,
) -> Result<Outcome, Box<dyn Error>> {
    let guess = company.guess();
    let plain = Scenario::parse(&guess, "guess.toml", &Overrides::default())?;
    let observations = logs(company, &plain, folder)?;
    let right = calibrated(&guess, &observations, effort, &[])?;
    let mut refused = BTreeMap::new();
    for wrong in Wrong::ALL {
        let model = calibrated(&guess, &observations, effort, &[wrong.set(company)])?;
        refused.insert(wrong, model.reproduces() != Some(true));
    }
    let mut found = found(company, &right.estimates);
    found.extend(right.history.as_ref().map(|history| matched(company, history)));
    Ok(Outcome { found, reproduces: right.reproduces() == Some(true), refused })
}

/// The logs that the company's server writes, as the product forms them, read again with the scenario of someone who does
/// not know the company's values.
fn logs(
    company: &Company,
    guess: &Scenario,
    folder: &Path,
) -> Result<Observations, Box<dyn Error>> {
    let scenario = Scenario::parse(&company.scenario(), "company.toml", &Overrides::default())?;
    let experiment = Experiment {
        scenario: &scenario,
        ensemble: &[],
        options: vec![scenario.option],
        replications: 1,
        seed: u64::from(company.number),
        keeps_agents: false,
        threads: 1,
    };
    let log = experiment.event_log(scenario.option, 1, &AtomicBool::new(false));
    let folder = AtomicDirectory::claim(&folder.join(format!("company-{}", company.number)))?;
    write_logs(&log.ok_or("interrupted")?, &[LogForm::Deployment, LogForm::Access], &folder)?;
    let clock = UtcOffset::parse("+00:00").ok_or("no offset")?;
    let mut reader = LogReader::new(guess, LogRules { company_clock: clock });
    for (name, content) in folder.files()? {
        reader.read(&name, BufReader::new(&content[..]))?;
    }
    Ok(reader.finish()?.observations)
}

fn calibrated(
    guess: &str,
    observations: &Observations,
    effort: Effort,
    set: &[(String, String)],
) -> Result<Calibrated, Box<dyn Error>> {
    let resolve = |overlay: &str| {
        let layers = Layers {
            overlays: vec![("overlay.toml".into(), overlay.into())],
            set: Overrides(set.to_vec()),
            ..Layers::default()
        };
        Scenario::parse_with(guess, "guess.toml", &layers)
    };
    let scenario = Scenario::parse(guess, "guess.toml", &Overrides(set.to_vec()))?;
    let space =
        default_space(&scenario, scenario.option, |key| set.iter().any(|(set, _)| set == key));
    let calibration = Calibration {
        scenario: &scenario,
        observations,
        option: scenario.option,
        seed: scenario.seed,
        members: effort.members,
        space: &space,
        points: effort.points,
        threads: 0,
        resolve: &resolve,
    };
    let done = calibration.carry_out(&AtomicBool::new(false), &|_| {})?;
    Ok(done.ok_or("interrupted")?)
}

/// The keys that the logs identify.
fn found(company: &Company, estimates: &[Estimate]) -> Vec<Found> {
    let streams = Streams::new(u64::from(company.number), 1);
    let truths: [(&str, f64); 8] = [
        ("notification.unanswered", company.unanswered),
        ("notification.threads", company.threads.into()),
        ("notification.connect_time", seconds(company.connect_ms)),
        ("notification.connect_timeout", seconds(company.timeout_s * 1_000)),
        ("agents.releases_behind", company.current),
        ("agents.presence", company.always_on),
        ("working_day.absent", company.absent),
        ("site.kiosk.bandwidth", seconds(company.kiosk_kbps) * 1e6),
    ];
    let mut all = Vec::new();
    for (entity, (key, truth)) in (0..).zip(truths) {
        let estimate = estimates.iter().find(|estimate| estimate.key == key);
        // Times in logs have whole milliseconds, and rates three digits.
        let slack = truth * 1e-3;
        let is_covered = estimate.and_then(|estimate| estimate.interval);
        let is_covered =
            is_covered.map(|(low, high)| (low - slack..=high + slack).contains(&truth));
        let plausible = estimate.and_then(|estimate| estimate.plausible.as_ref());
        let rank = plausible.and_then(|plausible| {
            let below = (0..DRAWS).filter(|draw| {
                let mut nth = draw * 64;
                let drawn = plausible.draw(|| {
                    nth += 1;
                    fraction(streams.draw(Purpose::Calibration, entity, nth).bits())
                });
                first_share(&drawn, plausible).is_some_and(|share| share < truth)
            });
            let is_random = matches!(
                plausible,
                Plausible::Share { .. } | Plausible::Unanswered(_) | Plausible::Mixture(_)
            );
            is_random.then(|| u32::try_from(below.count()).expect("few draws"))
        });
        all.push(Found { key, is_covered, rank });
    }
    all
}

/// Whether the true number of slots is left.
fn matched(company: &Company, history: &History) -> Found {
    let slots = history.waves.last().and_then(|wave| {
        let slots = wave.left.iter().find(|left| left.key == "server.slots")?;
        Some(has(slots, &company.slots.to_string()))
    });
    Found { key: "server.slots", is_covered: slots, rank: None }
}

fn seconds(millis: u64) -> f64 {
    f64::from(u32::try_from(millis).expect("short")) / 1_000.0
}

/// The share of a percentage, or of the first part of a mixture.
fn first_share(drawn: &str, of: &Plausible) -> Option<f64> {
    if let Plausible::Share { .. } | Plausible::Unanswered(_) = of {
        let percent: f64 = drawn.trim_matches('"').trim_end_matches(" %").parse().ok()?;
        return Some(percent / 100.0);
    }
    let shares: Vec<f64> = drawn
        .split("share = ")
        .skip(1)
        .filter_map(|part| part.split(',').next()?.parse().ok())
        .collect();
    Some(shares.first()? / shares.iter().sum::<f64>())
}

/// The probability of ranks that are at least as uneven as `ranks` are in ten bins, if they are uniform.
pub(crate) fn uniformity(ranks: &[u32]) -> f64 {
    const BINS: usize = 10;
    let mut bins = [0.0; BINS];
    for rank in ranks {
        bins[(*rank as usize * BINS) / (DRAWS as usize + 1)] += 1.0;
    }
    let expected = bins.iter().sum::<f64>() / 10.0;
    let distance: f64 = bins.iter().map(|count| (count - expected).powi(2) / expected).sum();
    let bins = f64::from(u32::try_from(BINS).expect("few"));
    statrs::distribution::ChiSquared::new(bins - 1.0).map_or(0.0, |law| {
        use statrs::distribution::ContinuousCDF;
        law.sf(distance)
    })
}
