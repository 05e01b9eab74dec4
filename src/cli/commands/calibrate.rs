//! `updraft calibrate`: estimates a scenario's values from logs, and checks them on held-out days.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::cli::shared::diagnostics::Emitter;
use crate::cli::shared::exit::{Exit, failed, usage};
use crate::cli::shared::input::{Adjustments, Input, bare};
use crate::cli::shared::interruption::Interruption;
use crate::cli::shared::printing::Printing;
use crate::cli::shared::progress::CountProgress;
use crate::cli::shared::results_folder::{Authorship, Replacing, claim_results, results_folder};
use crate::cli::shared::terminal::{Format, complain, fitted};
use crate::cli::shared::values::option_named;
use crate::experiment::calibration::match_space::{default_space, matched_key};
use crate::experiment::calibration::{Calibrated, Calibration, CalibrationError, MEMBERS, POINTS};
use crate::experiment::sweep::{Factor, FactorError};
use crate::import::{LogError, LogReader, LogReading, LogRules, UtcOffset};
use crate::model::settings::TopologyOption;
use crate::report::{CalibrationResults, calibration_text, history_json, write_calibration};
use crate::scenario::Scenario;

/// The arguments of `calibrate`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft calibrate mine.toml 20261102_PtnDP.log u_ex2611.log -o results/mine-calibration
  updraft calibrate mine.toml logs/*.log --utc-offset +01:00
  updraft calibrate mine.toml logs/*.log --match 'server.slots=10..200 log'

`updraft run mine.toml --overlay results/mine-calibration/overlay.toml` then simulates with what was found, and
`updraft compare mine.toml --ensemble results/mine-calibration/ensemble` with what is plausible.
docs/calibration.md explains which values are estimated from which log, and the verdict.")]
pub(in crate::cli) struct Calibrate {
    /// The scenario file; `-` is standard input.
    scenario: PathBuf,
    /// Logs: deployment logs of the server (`*PtnDP*.log`), access logs (IIS, nginx, Apache), `TmuDump.txt`, or tables
    /// with the columns agent,time,event,source,bytes. Each is recognised by its content.
    #[arg(required = true, value_name = "LOG")]
    logs: Vec<PathBuf>,
    /// The results folder, by default results/<scenario name>-calibration.
    #[arg(short, long, value_name = "DIR", value_parser = results_folder())]
    output: Option<PathBuf>,
    /// Whether results of something else are replaced.
    #[command(flatten)]
    replacing: Replacing,
    /// The offset of the company's clock from UTC, such as +01:00; the scenario's times and log lines without a time
    /// zone use this clock.
    #[arg(long, value_name = "OFFSET", default_value = "+00:00", value_parser = offset, allow_hyphen_values = true)]
    utc_offset: UtcOffset,
    /// The option under which the company runs; by default the scenario's own.
    #[arg(long, value_parser = option_named())]
    option: Option<TopologyOption>,
    /// Number of plausible overlays, each of which is run and compared with the held-out days.
    #[arg(long, value_name = "N", default_value_t = MEMBERS, value_parser = clap::value_parser!(u32).range(20..=999))]
    members: u32,
    /// A key that the logs do not identify, and the values among which plausible ones are looked for: KEY=LOW..HIGH,
    /// KEY=LOW..HIGH log or KEY=V1,V2,…; repeat for more. By default slots, limits of transfers, what happens beyond them,
    /// and background traffic.
    #[arg(long = "match", value_name = "KEY=RANGE", value_parser = matched, conflicts_with = "no_match")]
    matched: Vec<AskedKey>,
    /// Matches no key: what the logs do not identify keeps the scenario's value.
    #[arg(long)]
    no_match: bool,
    /// Number of points of each wave of history matching.
    #[arg(long, value_name = "N", default_value_t = POINTS, value_parser = clap::value_parser!(u32).range(8..=4096))]
    points: u32,
    /// Threads; by default one for each core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// Changes to the scenario; keys set with --set are not estimated.
    #[command(flatten)]
    adjustments: Adjustments,
    /// The output format.
    #[command(flatten)]
    printing: Printing,
}

/// A key to be matched, as written.
#[derive(Clone, Debug)]
struct AskedKey {
    written: String,
    factor: Factor,
}

fn matched(text: &str) -> Result<AskedKey, FactorError> {
    matched_key(text).map(|factor| AskedKey { written: text.into(), factor })
}

fn offset(text: &str) -> Result<UtcOffset, &'static str> {
    UtcOffset::parse(text).ok_or("expected an offset such as +01:00")
}

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &Calibrate) -> Result<Exit, Exit> {
    let emitter = asked.printing.emitter();
    let (adjustments, set) = (&asked.adjustments, &asked.adjustments.set);
    adjustments.agree("option", asked.option.map(TopologyOption::name))?;
    let input = Input::read(&asked.scenario, adjustments, emitter)?;
    let scenario = input.scenario(set, emitter)?;
    let name = format!("{}-calibration", scenario.name);
    let authorship = Authorship {
        command: "calibrate",
        scenario: Some(&asked.scenario),
        replacing: asked.replacing,
    };
    let (target, folder) = claim_results(asked.output.as_deref(), &name, authorship)?;
    let reading = asked.read(&scenario, emitter)?;
    let interruption = Interruption::watch();
    let seed = adjustments.seed_of(&scenario);
    let option = asked.option.unwrap_or(scenario.option);
    let space = asked.space(&scenario, option)?;
    let calibration = Calibration {
        scenario: &scenario,
        observations: &reading.observations,
        option,
        seed,
        members: asked.members,
        space: &space,
        points: asked.points,
        threads: asked.threads.unwrap_or(0) as usize,
        resolve: &|overlay| input.resolve(overlay, set),
    };
    let progress = CountProgress::new(
        calibration.most_runs(),
        "runs",
        asked.printing.terminal.shown_progress(),
    );
    let done = calibration.carry_out(interruption.flag(), &|done| progress.show(done));
    progress.finish();
    let calibrated = match done {
        Ok(Some(calibrated)) => calibrated,
        Ok(None) => {
            complain("interrupted\n");
            return Err(interruption.exit());
        }
        Err(CalibrationError::Overlay(_, problems)) => return Err(emitter.tell_problems(&problems)),
        Err(error @ (CalibrationError::Unwritable(_) | CalibrationError::Design(_))) => {
            return Err(usage(&error.to_string()));
        }
        Err(error) => return Err(failed(&error)),
    };
    let command = asked.words(seed);
    let (account, name) = (&reading.account[..], &scenario.name[..]);
    let results =
        CalibrationResults { calibrated: &calibrated, account, scenario: name, command, seed };
    let answer = asked.answer(&results, &target);
    write_calibration(&results, folder).map_err(|error| failed(&error))?;
    let printed = asked.printing.print(&answer);
    if printed != Exit::Done {
        return Err(printed);
    }
    Ok(exit(&calibrated))
}

/// A model that does not reproduce the held-out days, or could not be checked, is not verified.
fn exit(calibrated: &Calibrated) -> Exit {
    match calibrated.reproduces() {
        Some(true) => Exit::Done,
        Some(false) | None => Exit::NotMet,
    }
}

impl Calibrate {
    /// The keys to be matched: those that are named, or the default ones that `--set` does not fix.
    fn space(&self, scenario: &Scenario, option: TopologyOption) -> Result<Vec<Factor>, Exit> {
        let fixed = |key: &str| {
            let list = key.split_once('.').map_or(key, |(list, _)| list);
            let is_fixed =
                |set: &str| set == key || (list == "background" && set.starts_with(list));
            self.adjustments.set.iter().any(|(set, _)| is_fixed(set))
        };
        if self.no_match {
            return Ok(Vec::new());
        }
        if self.matched.is_empty() {
            return Ok(default_space(scenario, option, fixed));
        }
        let twice = self.matched.iter().find(|asked| fixed(&asked.factor.key));
        if let Some(AskedKey { factor, .. }) = twice {
            let key = &factor.key;
            return Err(usage(&format!("`{key}` is set with --set and cannot be matched")));
        }
        Ok(self.matched.iter().map(|asked| asked.factor.clone()).collect())
    }

    /// Reads the logs.
    fn read(&self, scenario: &Scenario, emitter: Emitter) -> Result<LogReading, Exit> {
        let rules = LogRules { company_clock: self.utc_offset };
        let mut reader = LogReader::new(scenario, rules);
        for path in &self.logs {
            let name = path.display().to_string();
            let file = File::open(path)
                .map_err(|cause| failed(&format!("cannot read {name}: {cause}")))?;
            let input = BufReader::with_capacity(1 << 17, file);
            reader.read(&name, input).map_err(|error| tell(&error, emitter))?;
        }
        reader.finish().map_err(|error| tell(&error, emitter))
    }

    fn answer(&self, results: &CalibrationResults<'_>, target: &Path) -> String {
        let (verdict, shown) = (&results.calibrated.verdict, target.display().to_string());
        match self.printing.format {
            Format::Text | Format::Concise => {
                fitted(&calibration_text(results, &shown)).into_owned()
            }
            Format::Json => {
                let estimates: Vec<_> = results
                    .calibrated
                    .estimates
                    .iter()
                    .map(|estimate| {
                        json!({
                            "key": estimate.key,
                            "unit": estimate.unit,
                            "estimate": estimate.value,
                            "ci90": estimate.interval,
                            "lines": estimate.lines,
                            "evidence": estimate.evidence,
                        })
                    })
                    .collect();
                let answer = json!({
                    "results": shown,
                    "reproduces": results.calibrated.reproduces(),
                    "p_value": verdict.p_value,
                    "coverage_90": verdict.coverage(),
                    "estimates": estimates,
                    "history_matching": results.calibrated.history.as_ref().map(history_json),
                    "account": results.account,
                });
                format!("{answer}\n")
            }
        }
    }

    /// The request, without arguments that do not affect the results.
    fn words(&self, seed: u64) -> Vec<String> {
        let mut words = vec!["updraft".into(), "calibrate".into(), bare(&self.scenario)];
        words.extend(self.logs.iter().map(|log| bare(log)));
        words.extend(["--seed".into(), seed.to_string()]);
        words.extend(["--members".into(), self.members.to_string()]);
        words.extend(["--points".into(), self.points.to_string()]);
        for asked in &self.matched {
            words.extend(["--match".into(), asked.written.clone()]);
        }
        if self.no_match {
            words.push("--no-match".into());
        }
        words.extend(["--utc-offset".into(), self.utc_offset.to_string()]);
        if let Some(option) = self.option {
            words.extend(["--option".into(), option.name().into()]);
        }
        words.extend(self.adjustments.overlay_words(bare));
        words.extend(self.adjustments.set_words());
        words
    }
}

/// Reports why a log was not read.
fn tell(error: &LogError, emitter: Emitter) -> Exit {
    match error {
        LogError::Invalid(problems) => emitter.tell(&problems.shown, "nothing was written"),
        _ => failed(error),
    }
}
