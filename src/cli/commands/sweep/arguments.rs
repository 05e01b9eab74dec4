//! The arguments of `sweep`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::point_filter::PointFilter;
use crate::cli::shared::batch::BatchArguments;
use crate::cli::shared::input::Adjustments;
use crate::cli::shared::open_report::OpenReport;
use crate::cli::shared::printing::Printing;
use crate::cli::shared::results_folder::{Replacing, results_folder};
use crate::cli::shared::table_formats::Tables;
use crate::experiment::metric_named;
use crate::experiment::sweep::Shard;
use crate::measure::run::Metric;

/// Printed below the help.
const EXAMPLES: &str = "Examples:
  updraft sweep scenarios/campus.toml --vary server.slots=50,100,250 --option all
  updraft sweep scenarios/campus.toml --vary 'server.slots=50..250 step 50' --list
  updraft sweep scenarios/branch-offices.toml --sample lhs --points 64 \\
    --vary server.slots=50..250 --vary 'site.branch.bandwidth=2 Mbit/s..50 Mbit/s log'
  updraft sweep scenarios/campus.toml --design points.csv --shard 3/16 -o shards
  updraft sweep scenarios/campus.toml --vary server.slots=10,50 --vary notification.threads=5,20 \\
    --where 'server.slots >= notification.threads' --tables csv,jsonl

docs/sweep.md explains designs, caches and shards.";

/// The arguments of `sweep`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Sweep {
    /// The scenario file; `-` is standard input.
    pub(super) scenario: PathBuf,
    /// Varies a key: KEY=V1,V2,… or KEY=LOW..HIGH step STEP; for --sample KEY=LOW..HIGH, on a logarithmic
    /// scale with `log` at the end. KEY is as in --set, or `option`.
    #[arg(long, value_name = "KEY=VALUES")]
    pub(super) vary: Vec<String>,
    /// Reads the points from a file: CSV with a column for each key, or TOML with [[point]] tables.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["vary", "sample"])]
    pub(super) design: Option<PathBuf>,
    /// Samples the ranges instead of combining all values.
    #[arg(long, value_enum, requires = "points")]
    pub(super) sample: Option<Sample>,
    /// Number of sampled points.
    #[arg(long, value_name = "N", requires = "sample", conflicts_with = "design", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(super) points: Option<u32>,
    /// The selection of points.
    #[command(flatten)]
    pub(super) point_filter: PointFilter,
    /// The options at each point, such as server,server-ua, or `all`; by default the scenario's own.
    #[arg(long, value_name = "OPTIONS")]
    pub(super) option: Option<String>,
    /// A metric to plot (`updraft list metrics`); repeat for more.
    #[arg(long, value_name = "NAME", value_parser = metric_named)]
    pub(super) metric: Vec<Metric>,
    /// Prints the points and runs nothing.
    #[arg(long)]
    pub(super) list: bool,
    /// Runs one shard of the sweep and writes it to its own file, for `updraft merge`: I/N, or `auto` inside a
    /// Slurm job array or a Kubernetes Indexed Job.
    #[arg(long, value_name = "I/N")]
    pub(super) shard: Option<String>,
    /// Number of shards for --shard auto, if the scheduler does not provide it, or for --emit.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(super) shards: Option<u32>,
    /// Prints a script that runs the sweep in --shards (16 by default) on a cluster and merges them.
    #[arg(long, value_enum, conflicts_with_all = ["shard", "list"])]
    pub(super) emit: Option<SchedulerName>,
    /// The options of the runs.
    #[command(flatten)]
    pub(super) batch: BatchArguments,
    /// The formats of tables.
    #[command(flatten)]
    pub(super) tables: Tables,
    /// The results folder, by default results/<scenario name>; with --shard the folder of shards, by
    /// default results/<scenario name>-shards.
    #[arg(short, long, value_name = "DIR", value_parser = results_folder())]
    pub(super) output: Option<PathBuf>,
    /// Runs at each point with different random numbers, the same at all points; by default the scenario's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(super) replications: Option<u32>,
    /// Changes to the scenario.
    #[command(flatten)]
    pub(super) adjustments: Adjustments,
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

/// How points are sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Sample {
    /// A Latin hypercube.
    Lhs,
    /// A scrambled Sobol' sequence.
    Sobol,
}

/// The target of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SchedulerName {
    /// A Slurm job array and a merge job; `bash` submits it.
    Slurm,
    /// An Indexed Job and a merge job.
    Kubernetes,
    /// A Snakefile.
    Snakemake,
}

/// The part of the sweep that is run here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// The whole sweep.
    Whole,
    /// This shard.
    Of(Shard),
}

impl Share {
    /// The shard, if it is one.
    pub(super) fn shard(self) -> Option<Shard> {
        match self {
            Self::Whole => None,
            Self::Of(shard) => Some(shard),
        }
    }
}

/// The requested shard; `auto` reads the `environment`.
///
/// # Errors
/// If that shard does not exist, if the environment does not name one, or if the number of shards is given where it has no
/// effect.
pub(super) fn share(
    asked: &Sweep,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Share, String> {
    const AUTO: &str = "auto";
    if asked.shards.is_some() && asked.emit.is_none() && asked.shard.as_deref() != Some(AUTO) {
        return Err(
            "--shards has no effect: it is for --shard auto and --emit; --shard I/N names the \
                    number itself"
                .into(),
        );
    }
    match asked.shard.as_deref() {
        None => Ok(Share::Whole),
        Some(AUTO) => found(asked.shards, environment).map(Share::Of),
        Some(text) => {
            let shard = text.parse().map_err(|cause| format!("--shard {text}: {cause}"))?;
            Ok(Share::Of(shard))
        }
    }
}

/// The shard that a scheduler assigned to this process.
fn found(
    shards: Option<u32>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Shard, String> {
    let number = |name: &str| -> Result<Option<u32>, String> {
        let Some(text) = environment(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| format!("--shard auto: {name}={text} is not a number"))
    };
    let wanted = |name: &str| {
        number(name)?
            .ok_or_else(|| format!("--shard auto: {name} is not set, unlike the other variables"))
    };
    if let Some(task) = number("SLURM_ARRAY_TASK_ID")? {
        let (first, count) = (wanted("SLURM_ARRAY_TASK_MIN")?, wanted("SLURM_ARRAY_TASK_COUNT")?);
        let last = wanted("SLURM_ARRAY_TASK_MAX")?;
        if task < first || u64::from(last - first) + 1 != u64::from(count) {
            return Err(format!(
                "--shard auto: the array must be FIRST-LAST without gaps, and is {first}-{last} \
                 with {count} tasks; name the share, such as --shard 3/16"
            ));
        }
        return Shard::new(task - first + 1, shards.unwrap_or(count));
    }
    if let Some(index) = number("JOB_COMPLETION_INDEX")? {
        let of = shards.ok_or(
            "--shard auto: Kubernetes does not provide the number of shards: add --shards N",
        )?;
        return Shard::new(index.saturating_add(1), of);
    }
    Err("--shard auto: neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(set: &[(&str, &str)], shards: Option<u32>) -> Result<String, String> {
        let environment = |name: &str| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.to_string())
        };
        found(shards, environment).map(|shard| shard.to_string())
    }

    fn slurm(
        task: &'static str,
        first: &'static str,
        last: &'static str,
    ) -> [(&'static str, &'static str); 4] {
        [
            ("SLURM_ARRAY_TASK_ID", task),
            ("SLURM_ARRAY_TASK_MIN", first),
            ("SLURM_ARRAY_TASK_MAX", last),
            ("SLURM_ARRAY_TASK_COUNT", "16"),
        ]
    }

    #[test]
    fn schedulers_say_which_share_it_is() {
        assert_eq!(auto(&slurm("7", "5", "20"), None).unwrap(), "3/16");
        assert_eq!(auto(&slurm("0", "0", "15"), None).unwrap(), "1/16");
        let index = [("JOB_COMPLETION_INDEX", "0")];
        assert_eq!(auto(&index, Some(4)).unwrap(), "1/4");
        for (wrong, said) in [
            (auto(&index, None), "--shards N"),
            (auto(&[("JOB_COMPLETION_INDEX", "4")], Some(4)), "no shard 5 of 4"),
            (auto(&slurm("0", "0", "31"), None), "without gaps"),
            (auto(&slurm("0", "0", "15")[..3], None), "SLURM_ARRAY_TASK_COUNT is not set"),
            (auto(&[("SLURM_ARRAY_TASK_ID", "x")], None), "is not a number"),
            (auto(&[], None), "neither"),
        ] {
            let error = wrong.unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }
}
