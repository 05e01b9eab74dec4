//! The arguments of `updraft plan`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::shared::ensemble::EnsembleArgument;
use crate::cli::shared::input::{Adjustments, bare};
use crate::cli::shared::open_report::OpenReport;
use crate::cli::shared::printing::Printing;
use crate::cli::shared::results_folder::{Replacing, results_folder};
use crate::cli::shared::table_formats::Tables;
use crate::cli::shared::threads::Threads;
use crate::cli::shared::values::key_and_value;
use crate::experiment::plan::{Goal, Method, Question, Setting, Survival, Target};

/// The arguments of `plan`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft plan scenarios/branch-offices.toml --target 'protected_p95_s <= 7200'
  updraft plan mine.toml --target 'protected_p95_s <= 7200' \\
      --target 'server_egress_peak_bps <= 300e6' --lever option=server-ua,ua
  updraft plan mine.toml --target 'protected_p95_s <= 2 h' --survive 1
  updraft plan priced.toml --minimise cost --lever 'site.branch.bandwidth=4 Mbit/s,8 Mbit/s'")]
pub(in crate::cli) struct PlanArguments {
    /// The scenario file (`-` is standard input); its Update Agents and list of update sources are ignored.
    pub(super) scenario: PathBuf,
    /// A target of a day (metrics: updraft list metrics).
    #[arg(
        long,
        value_name = "EXPR",
        required_unless_present = "minimise",
        value_parser = Target::parse,
        help = "What a day must reach, such as \"protected_p95_s <= 7200\" (metrics: updraft list metrics)"
    )]
    pub(super) target: Vec<Target>,
    /// What is best among the plans that meet the targets.
    #[arg(long, visible_alias = "minimize", value_enum, default_value_t = AskedGoal::UpdateAgents)]
    pub(super) minimise: AskedGoal,
    /// What may be off on every day, one at a time, while all targets hold; may be repeated.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) survive: Vec<AskedSurvival>,
    /// How the plan is determined.
    #[arg(long, value_enum, default_value_t = AskedMethod::Simulation)]
    pub(super) method: AskedMethod,
    /// The percentage of days on which all targets must hold.
    #[arg(long, value_name = "PERCENT", default_value = "95 %", value_parser = percent)]
    pub(super) confidence: f64,
    /// A key that the plan may change, and its values in order of preference, such as
    /// option=server-ua,ua or server.slots=250,400; all combinations are tried.
    #[arg(long, value_name = "KEY=V1,V2,…", value_parser = key_and_value)]
    pub(super) lever: Vec<(String, String)>,
    /// The maximum number of Update Agents.
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(super) max_update_agents: u32,
    /// Number of days on which candidates are compared.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(super) days: u32,
    /// Number of days, not used by the search, on which its answer must hold.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) fresh_days: u32,
    /// The maximum number of runs of the search, without the fresh days.
    #[arg(long, value_name = "RUNS", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) budget: u32,
    /// The results folder; by default results/<scenario name>-plan.
    #[arg(short, long, value_name = "DIR", value_parser = results_folder())]
    pub(super) output: Option<PathBuf>,
    /// The number of threads.
    #[command(flatten)]
    pub(super) threads: Threads,
    /// Changes to the scenario.
    #[command(flatten)]
    pub(super) adjustments: Adjustments,
    /// Plausible overlays.
    #[command(flatten)]
    pub(super) ensemble: EnsembleArgument,
    /// The formats of tables.
    #[command(flatten)]
    pub(super) tables: Tables,
    /// Whether to open the page.
    #[command(flatten)]
    pub(super) open_report: OpenReport,
    /// Whether results of something else are replaced.
    #[command(flatten)]
    pub(super) replacing: Replacing,
    /// The output format.
    #[command(flatten)]
    pub(super) printing: Printing,
}

impl PlanArguments {
    /// The request, without arguments that do not affect the results.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = vec!["updraft".into(), "plan".into(), bare(&self.scenario)];
        let mut add = |flag: &str, value: String| words.extend([flag.to_string(), value]);
        for target in &self.target {
            add("--target", target.to_string());
        }
        if self.minimise == AskedGoal::Cost {
            add("--minimise", "cost".into());
        }
        for part in &self.survive {
            let part = part.to_possible_value().expect("none is hidden");
            add("--survive", part.get_name().into());
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
        words.extend(self.ensemble.words());
        words.extend(self.tables.formats().words());
        words.extend(self.tables.plots().words());
        words
    }
}

/// What is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum AskedGoal {
    /// The fewest Update Agents.
    UpdateAgents,
    /// The lowest `cost_per_year`, at the prices of `[cost]`.
    Cost,
}

/// What may be off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum AskedSurvival {
    /// Any one Update Agent.
    #[value(name = "1", alias = "update-agent")]
    UpdateAgent,
    /// The link of any one site to the place above, or any one `[[link]]` with a name.
    Link,
}

/// The method of planning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum AskedMethod {
    /// Simulates candidates and takes the smallest that passes.
    Simulation,
    /// Applies and simulates each of the vendors' published rules of thumb.
    Formula,
}

impl From<AskedMethod> for Method {
    fn from(asked: AskedMethod) -> Self {
        match asked {
            AskedMethod::Simulation => Self::Simulation,
            AskedMethod::Formula => Self::Formula,
        }
    }
}

/// A percentage written as "95 %" or "95", from 0 to 1.
fn percent(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.trim_end_matches('%').trim().parse().ok();
    let share = number.filter(|percent| *percent > 0.0 && *percent < 100.0);
    share.map(|percent| percent / 100.0).ok_or_else(|| "more than 0 and less than 100 %".into())
}

impl PlanArguments {
    fn survival(&self) -> Survival {
        let has = |part| self.survive.contains(&part);
        Survival {
            of_update_agents: has(AskedSurvival::UpdateAgent),
            of_links: has(AskedSurvival::Link),
        }
    }

    /// The question that a search answers.
    pub(super) fn question<'a>(
        &'a self,
        settings: &'a [Setting],
        seed: u64,
        threads: usize,
    ) -> Question<'a> {
        Question {
            settings,
            goal: match self.minimise {
                AskedGoal::UpdateAgents => Goal::Fewest,
                AskedGoal::Cost => Goal::Cheapest,
            },
            targets: &self.target,
            survival: self.survival(),
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
