//! `updraft plan`: finds the smallest number of Update Agents that meets a target, and their sites.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use clap::{Args, ValueEnum};

use crate::cli::shared::exit::{Exit, failed, usage};
use crate::cli::shared::input::{Adjustments, Input, bare};
use crate::cli::shared::interruption::Interruption;
use crate::cli::shared::open_report::OpenReport;
use crate::cli::shared::printing::Printing;
use crate::cli::shared::progress::SearchProgress;
use crate::cli::shared::results_folder::{Authorship, Replacing, claim_results, results_folder};
use crate::cli::shared::table_formats::Tables;
use crate::cli::shared::terminal::{Format, complain};
use crate::cli::shared::threads::Threads;
use crate::cli::shared::values::key_and_value;
use crate::experiment::plan::{
    Halt, Method, Plan, Question, Setting, Target, contradiction, misses_allowed, places,
};
use crate::experiment::{Experiment, Tried, estimates, what_if};
use crate::measure::run::RunMeasurements;
use crate::report::{self, AtomicDirectory, Planned, Record, Results, TableFormats};
use crate::scenario::{Layers, Overrides, Scenario, overlay, with_update_agents};

/// Columns of what is printed for people.
const WIDTH: usize = 79;

/// The arguments of `plan`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft plan scenarios/branch-offices.toml --target 'protected_p95_s <= 7200'
  updraft plan mine.toml --target 'protected_p95_s <= 7200' \\
      --target 'server_egress_peak_bps <= 300e6' --lever option=server-ua,ua")]
pub(in crate::cli) struct PlanArguments {
    /// The scenario file (`-` is standard input); its Update Agents and list of update sources are ignored.
    scenario: PathBuf,
    /// A target of a day (metrics: updraft list metrics).
    #[arg(
        long,
        value_name = "EXPR",
        required = true,
        value_parser = Target::parse,
        help = "What a day must reach, such as \"protected_p95_s <= 7200\" (metrics: updraft list metrics)"
    )]
    target: Vec<Target>,
    /// How the plan is determined.
    #[arg(long, value_enum, default_value_t = AskedMethod::Simulation)]
    method: AskedMethod,
    /// The percentage of days on which all targets must hold.
    #[arg(long, value_name = "PERCENT", default_value = "95 %", value_parser = percent)]
    confidence: f64,
    /// A key that the plan may change, and its values in order of preference, such as
    /// option=server-ua,ua or server.slots=250,400; all combinations are tried.
    #[arg(long, value_name = "KEY=V1,V2,…", value_parser = key_and_value)]
    lever: Vec<(String, String)>,
    /// The maximum number of Update Agents.
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=1024))]
    max_update_agents: u32,
    /// Number of days on which candidates are compared.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    days: u32,
    /// Number of days, not used by the search, on which its answer must hold.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    fresh_days: u32,
    /// The maximum number of runs of the search, without the fresh days.
    #[arg(long, value_name = "RUNS", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..))]
    budget: u32,
    /// The results folder; by default results/<scenario name>-plan.
    #[arg(short, long, value_name = "DIR", value_parser = results_folder())]
    output: Option<PathBuf>,
    /// The number of threads.
    #[command(flatten)]
    threads: Threads,
    /// Changes to the scenario.
    #[command(flatten)]
    adjustments: Adjustments,
    /// The formats of tables.
    #[command(flatten)]
    tables: Tables,
    /// Whether to open the page.
    #[command(flatten)]
    open_report: OpenReport,
    /// Whether results of something else are replaced.
    #[command(flatten)]
    replacing: Replacing,
    /// The output format.
    #[command(flatten)]
    printing: Printing,
}

impl PlanArguments {
    /// The request, without arguments that do not affect the results.
    fn words(&self) -> Vec<String> {
        let mut words = vec!["updraft".into(), "plan".into(), bare(&self.scenario)];
        let mut add = |flag: &str, value: String| words.extend([flag.to_string(), value]);
        for target in &self.target {
            add("--target", target.to_string());
        }
        if self.method == AskedMethod::Formula {
            add("--method", "formula".into());
        }
        add("--confidence", format!("{}%", 100.0 * self.confidence));
        for (key, values) in &self.lever {
            add("--lever", format!("{key}={values}"));
        }
        add("--max-update-agents", self.max_update_agents.to_string());
        add("--days", self.days.to_string());
        add("--fresh-days", self.fresh_days.to_string());
        add("--budget", self.budget.to_string());
        if let Some(seed) = self.adjustments.seed {
            add("--seed", seed.to_string());
        }
        words.extend(self.adjustments.set_words());
        words.extend(self.adjustments.overlay_words(bare));
        words.extend(self.tables.formats().words());
        words
    }
}

/// The method of planning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AskedMethod {
    /// Simulates candidates and takes the smallest that passes.
    Simulation,
    /// Applies and simulates each of the vendors' published rules of thumb.
    Formula,
}

/// A percentage written as "95 %" or "95", from 0 to 1.
fn percent(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.trim_end_matches('%').trim().parse().ok();
    let share = number.filter(|percent| *percent > 0.0 && *percent < 100.0);
    share.map(|percent| percent / 100.0).ok_or_else(|| "more than 0 and less than 100 %".into())
}

/// Computes the plan, prints it and writes its folder.
pub(in crate::cli) fn carry_out(asked: &PlanArguments) -> Result<Exit, Exit> {
    if let Some((low, high)) = contradiction(&asked.target) {
        return Err(usage(&format!("`{low}` and `{high}` contradict each other")));
    }
    if misses_allowed(asked.confidence, asked.fresh_days).is_none() {
        let percent = 100.0 * asked.confidence;
        let days = asked.fresh_days;
        let enough = (days..=10_000).find(|days| misses_allowed(asked.confidence, *days).is_some());
        let enough = enough.map_or("more than 10000".into(), |days| days.to_string());
        let cause =
            format!("{days} fresh days are too few to show {percent} %: {enough} are needed");
        return Err(usage(&cause));
    }
    let settings = settings(asked)?;
    if settings.iter().any(|at| places(&at.scenario) != places(&settings[0].scenario)) {
        let cause =
            "a lever must not change the sites: use --set and a separate plan for each value";
        return Err(usage(&cause));
    }
    let name = format!("{}-plan", settings[0].scenario.name);
    let (scenario, replacing) = (Some(asked.scenario.as_path()), asked.replacing);
    let authorship = Authorship { command: "plan", scenario, replacing };
    let (target, folder) = claim_results(asked.output.as_deref(), &name, authorship)?;
    plan(asked, &settings, &target, folder).map_err(|message| failed(&message))
}

/// Every combination of the levers' values, where the first lever changes slowest.
fn settings(asked: &PlanArguments) -> Result<Vec<Setting>, Exit> {
    let mut combinations: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for (key, values) in &asked.lever {
        let values: Vec<&str> = values.split(',').map(str::trim).collect();
        let with = |levers: &Vec<(String, String)>| {
            let levers = levers.clone();
            let with = move |value: &&str| {
                levers.iter().cloned().chain([(key.clone(), (*value).to_string())]).collect()
            };
            values.iter().map(with).collect::<Vec<_>>()
        };
        combinations = combinations.iter().flat_map(with).collect();
    }
    let emitter = asked.printing.emitter();
    let input = Input::read(&asked.scenario, &asked.adjustments, emitter)?;
    let setting = |levers: Vec<(String, String)>| {
        let set: Vec<_> = asked.adjustments.set.iter().chain(&levers).cloned().collect();
        let scenario = input.scenario(&set, emitter)?;
        Ok(Setting { levers, scenario })
    };
    combinations.into_iter().map(setting).collect()
}

impl PlanArguments {
    /// The question that a search answers.
    fn question<'a>(&'a self, settings: &'a [Setting], seed: u64, threads: usize) -> Question<'a> {
        Question {
            settings,
            targets: &self.target,
            confidence: self.confidence,
            most: self.max_update_agents,
            days: self.days,
            fresh_days: self.fresh_days,
            budget: self.budget,
            seed,
            threads,
        }
    }
}

fn plan(
    asked: &PlanArguments,
    settings: &[Setting],
    target: &Path,
    folder: AtomicDirectory,
) -> Result<Exit, String> {
    let first = &settings[0].scenario;
    let interruption = Interruption::watch();
    let stop = interruption.flag();
    let seed = asked.adjustments.seed_of(first);
    let threads = asked.threads.asked();
    let question = asked.question(settings, seed, threads);
    let progress = SearchProgress::new(asked.printing.terminal.shown_progress());
    let method = match asked.method {
        AskedMethod::Simulation => Method::Simulation,
        AskedMethod::Formula => Method::Formula,
    };
    let plan = question
        .answer(method, stop, &|probe| progress.show(probe))
        .map_err(|error| error.to_string())?;
    progress.finish();
    if plan.halt == Some(Halt::Interrupted) {
        complain("interrupted: nothing was written; earlier results are unchanged\n");
        return Ok(interruption.exit());
    }
    let planned =
        Planned { plan: &plan, settings, targets: &asked.target, confidence: asked.confidence };
    let tables = asked.tables.formats();
    let shown = shown(asked, settings, &plan)?;
    let files: Vec<_> = shown.files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    planned.write(&folder, &files, &tables).map_err(|error| error.to_string())?;
    let scenario = shown.scenario.as_ref().unwrap_or(first);
    let experiment = Experiment {
        scenario,
        options: vec![scenario.option],
        replications: scenario.replications,
        seed,
        keeps_agents: false,
        threads,
    };
    let runs = experiment.run(stop, &|_| {}).map_err(|error| error.to_string())?;
    let Some(runs) = runs else { return Ok(interruption.exit()) };
    let file = shown.files.first().map_or("the unchanged scenario", |(name, _)| name);
    let command = command(file, &experiment, &tables);
    let record = Record::new(scenario, command, seed, scenario.replications);
    let before = before(asked, &experiment, &settings[0], stop)?;
    let Some(before) = before else { return Ok(interruption.exit()) };
    let effects = report::effects(&before, &runs);
    let purpose = Some(planned.purpose(asked.words(), effects));
    let record = Record { tables, purpose, ..record };
    let levers = if plan.choice.is_some() {
        None
    } else {
        // The scenario of the closest plan already has the values of the command line.
        let set = match shown.scenario {
            Some(_) => Vec::new(),
            None => asked.adjustments.set.iter().chain(&settings[0].levers).cloned().collect(),
        };
        let tried = what_if(&experiment, &Overrides(set), &runs, stop, &|_| {});
        let Some(tried) = tried.map_err(|error| error.to_string())? else {
            return Ok(interruption.exit());
        };
        Some(tried)
    };
    let estimates = estimates(&runs);
    let results = Results { record: &record, runs: &runs, estimates: &estimates };
    report::write(&results, folder).map_err(|error| error.to_string())?;
    let printed =
        asked.printing.print(&answer(asked, &planned, &results, levers.as_deref(), target));
    if printed != Exit::Done {
        return Ok(printed);
    }
    asked.open_report.open(target);
    Ok(if plan.choice.is_some() { Exit::Done } else { Exit::NotMet })
}

/// Runs of the scenario as it is, without the levers, with the replications of `planned`; `None` if `stop` was raised.
fn before(
    asked: &PlanArguments,
    planned: &Experiment<'_>,
    setting: &Setting,
    stop: &AtomicBool,
) -> Result<Option<Vec<RunMeasurements>>, String> {
    let set = Overrides(asked.adjustments.set.clone());
    let scenario = Scenario::parse(&setting.scenario.toml, "scenario.toml", &set)
        .map_err(|problems| format!("the scenario without the levers is not valid: {problems}"))?;
    let options = vec![scenario.option];
    let experiment = Experiment { scenario: &scenario, options, ..*planned };
    experiment.run(stop, &|_| {}).map_err(|error| error.to_string())
}

/// The content of the folder.
struct Shown {
    /// The scenario that is run; `None`: unchanged.
    scenario: Option<Scenario>,
    /// Scenario files, the one that is run first.
    files: Vec<(&'static str, String)>,
}

/// The plan with its overlay; without a plan the closest candidate, if it can be written.
fn shown(asked: &PlanArguments, settings: &[Setting], plan: &Plan) -> Result<Shown, String> {
    if let Some(choice) = &plan.choice {
        let came = format!("held on {} of {} fresh days.", choice.met, choice.days);
        let (setting, name) = (&settings[choice.setting], "plan.toml");
        let found = rewritten(asked, setting, &choice.scenario, name, &came)?;
        let mut files = vec![(name, found.toml.clone())];
        files.extend(changed(&setting.scenario, &found).map(|text| ("plan-overlay.toml", text)));
        return Ok(Shown { scenario: Some(found), files });
    }
    let closest = plan.closest.as_ref().and_then(|closest| {
        let probe = &closest.probe;
        let came =
            format!("held on {} of {} days, the most that was found.", probe.met, probe.days);
        let setting = &settings[closest.setting];
        rewritten(asked, setting, &closest.scenario, "closest.toml", &came).ok()
    });
    let files = closest.iter().map(|found| ("closest.toml", found.toml.clone())).collect();
    Ok(Shown { scenario: closest, files })
}

/// The overlay that turns `base` into the plan, if it exists.
fn changed(base: &Scenario, plan: &Scenario) -> Option<String> {
    let name = "plan-overlay.toml";
    let remark = "The changes of the plan: apply it to the scenario with --overlay.";
    let text = overlay(&base.toml, &plan.toml, remark)?;
    let overlays = vec![(name.to_string(), text.clone())];
    let layers = Layers { overlays, ..Layers::default() };
    let laid = Scenario::parse_with(&base.toml, "scenario.toml", &layers).ok()?;
    is_same(&laid, plan).then_some(text)
}

fn is_same(one: &Scenario, other: &Scenario) -> bool {
    let as_json = |scenario: &Scenario| serde_json::to_value(scenario).ok();
    as_json(one) == as_json(other)
}

/// The rest of the plan's folder: a run of `file` in it.
fn command(file: &str, experiment: &Experiment<'_>, tables: &TableFormats) -> Vec<String> {
    let replications = experiment.replications.to_string();
    let seed = experiment.seed.to_string();
    let option = experiment.options[0].name();
    ["updraft", "run", file, "--option", option, "--seed", &seed, "--replications", &replications]
        .into_iter()
        .map(String::from)
        .chain(tables.words())
        .collect()
}

/// The scenario file `name` of the `setting` with the placement in `scenario` and the values of all layers; its head
/// states the request and the result.
fn rewritten(
    asked: &PlanArguments,
    setting: &Setting,
    scenario: &Scenario,
    name: &str,
    came: &str,
) -> Result<Scenario, String> {
    let Setting { levers, scenario: setting } = setting;
    let set: Vec<_> = asked.adjustments.set.iter().chain(levers).cloned().collect();
    let goals: Vec<String> = asked.target.iter().map(ToString::to_string).collect();
    let remark = format!(
        "A plan of updraft {}: {} Update Agents, so that\n{}\n{came}",
        env!("CARGO_PKG_VERSION"),
        scenario.update_agents.len(),
        goals.join("\n"),
    );
    let placed = (&*scenario.update_agents, &*scenario.update_sources);
    let text = with_update_agents(&setting.toml, &set, placed, &remark)?;
    let read = Scenario::parse(&text, name, &Overrides::default())
        .map_err(|problems| format!("the plan cannot be written as a scenario: {problems}"))?;
    let expected = Scenario { name: read.name.clone(), ..scenario.clone() };
    if is_same(&read, &expected) {
        Ok(read)
    } else {
        Err("the plan cannot be written into this scenario file: write its sites as [[site]] tables".into())
    }
}

fn answer(
    asked: &PlanArguments,
    planned: &Planned<'_>,
    results: &Results<'_>,
    levers: Option<&[Tried]>,
    target: &Path,
) -> String {
    let option = results.runs.first().map_or("", |run| run.option.name());
    let shown = target.display();
    if asked.printing.format == Format::Json {
        let mut all = planned.as_json();
        all["results"] = shown.to_string().into();
        all["effects"] = serde_json::json!(results.record.purpose.as_ref().map(|at| &at.effects));
        if let Some(levers) = levers {
            all["what_if"] = report::what_if_json(option, levers);
        }
        return format!("{all:#}\n");
    }
    let choice = planned.plan.choice.as_ref();
    let has_list = choice.is_some_and(|choice| !choice.scenario.update_agents.is_empty());
    let list = if has_list {
        format!("\nFor the console: {}", target.join("update_sources.csv").display())
    } else {
        String::new()
    };
    let levers = levers.map_or_else(String::new, |levers| {
        format!("\n{}", report::what_if_text(option, levers, WIDTH))
    });
    let (title, text) = (results.record.title(), planned.as_text());
    let effects = results.record.purpose.as_ref().map_or(&[][..], |purpose| &purpose.effects);
    let effects = report::effects_text(effects);
    format!("{title}\n\n{text}\n{effects}{levers}{list}\nResults: {shown}\n")
}
