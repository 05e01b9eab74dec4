//! `updraft sweep`: simulates many points, or one shard of them.

mod arguments;
mod assembly;
mod estimate;
mod listing;
mod point_filter;

use std::path::Path;

use serde_json::json;

pub(in crate::cli) use arguments::Sweep;

use self::arguments::{SchedulerName, Share, share};
use self::assembly::{Assembled, assemble};
use self::estimate::Estimate;
use crate::answer::quantities::counted;
use crate::cli::shared::batch::{BatchOutcome, runs_told};
use crate::cli::shared::exit::{Exit, failed, usage};
use crate::cli::shared::results_folder::{Authorship, claim_results, results_path};
use crate::cli::shared::terminal::Format;
use crate::cli::shared::values::is_dash;
use crate::experiment::sweep::{Run, Shard};
use crate::report::{
    AtomicFile, ClusterJob, Scheduler, SweepResults, shard_file, sweep_json, sweep_text,
    write_shard, write_sweep,
};

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &Sweep) -> Result<Exit, Exit> {
    let share = share(asked, |name| std::env::var(name).ok()).map_err(|cause| usage(&cause))?;
    if asked.emit.is_some() && is_dash(&asked.scenario) {
        return Err(usage(
            &"--emit needs a scenario file, because a script cannot read standard input",
        ));
    }
    let has_page = !asked.list && asked.emit.is_none() && share.shard().is_none();
    if asked.open_report.is_asked() && !has_page {
        return Err(usage(&"--open needs a complete sweep that runs here"));
    }
    let sweep = assemble(asked)?;
    if asked.list {
        let estimate = Estimate::new(asked, &sweep);
        return Ok(asked.printing.print(&listing::listing(
            asked,
            &sweep,
            share.shard(),
            &estimate,
        )));
    }
    if let Some(scheduler) = asked.emit {
        return Ok(asked.printing.print(&script(asked, &sweep, scheduler)?));
    }
    match share {
        Share::Whole => whole(asked, sweep),
        Share::Of(shard) => one_share(asked, sweep, shard),
    }
}

/// The script that runs the sweep on a cluster.
fn script(asked: &Sweep, sweep: &Assembled, scheduler: SchedulerName) -> Result<String, Exit> {
    const SHARDS: u32 = 16;
    let output = results_path(asked.output.as_deref(), &sweep.name);
    let job = ClusterJob {
        name: &sweep.name,
        sweep: &sweep.as_given[1..],
        output: &output.display().to_string(),
        tables: &sweep.tables,
        shards: asked.shards.unwrap_or(SHARDS),
        runs: sweep.plan.runs().len(),
    };
    let script = job.script(match scheduler {
        SchedulerName::Slurm => Scheduler::Slurm,
        SchedulerName::Kubernetes => Scheduler::Kubernetes,
        SchedulerName::Snakemake => Scheduler::Snakemake,
    });
    script.map_err(|error| failed(&error))
}

/// Runs the whole sweep and writes the results.
fn whole(asked: &Sweep, sweep: Assembled) -> Result<Exit, Exit> {
    let (scenario, replacing) = (Some(asked.scenario.as_path()), asked.replacing);
    let authorship = Authorship { command: "sweep", scenario, replacing };
    let (target, folder) = claim_results(asked.output.as_deref(), &sweep.name, authorship)?;
    let runs = sweep.plan.runs();
    let outcome = evaluate(asked, &sweep, &runs, &target)?;
    let recalled = outcome.recalled;
    let results = sweep.results(runs, outcome.summaries);
    write_sweep(&results, folder).map_err(|error| failed(&error))?;
    let exit = report(asked, &results, &target, recalled, true);
    if exit == Exit::Done {
        asked.open_report.open(&target);
    }
    Ok(exit)
}

/// Runs one shard and writes it to a separate file.
fn one_share(asked: &Sweep, sweep: Assembled, shard: Shard) -> Result<Exit, Exit> {
    let folder = results_path(asked.output.as_deref(), &format!("{}-shards", sweep.name));
    let target = shard_file(&folder, shard);
    let file = AtomicFile::claim(&target).map_err(|error| failed(&error))?;
    let runs =
        shard.of(&sweep.plan.runs(), |run| sweep.cases[run.case].run_id(run, sweep.plan.seed));
    let outcome = evaluate(asked, &sweep, &runs, &folder)?;
    let recalled = outcome.recalled;
    let results = sweep.results(runs, outcome.summaries);
    write_shard(&results, shard, file).map_err(|error| failed(&error))?;
    Ok(report(asked, &results, &target, recalled, false))
}

/// Executes the runs that are not cached.
fn evaluate(
    asked: &Sweep,
    sweep: &Assembled,
    runs: &[Run],
    folder: &Path,
) -> Result<BatchOutcome, Exit> {
    asked.batch.evaluate(&sweep.cases, runs, sweep.plan.seed, folder, asked.printing.terminal)
}

/// Says what was done, and what was found where it `is_complete`: a share knows nothing of the other points.
fn report(
    asked: &Sweep,
    results: &SweepResults,
    target: &Path,
    recalled: usize,
    is_complete: bool,
) -> Exit {
    let (points, runs) = (results.plan.design.points.len(), results.runs.len());
    let target = target.display();
    let text = match asked.printing.format {
        Format::Text | Format::Concise => {
            let left_out: usize = results.plan.design.conditions.iter().map(|at| at.left_out).sum();
            let left_out = match left_out {
                0 => String::new(),
                count => format!(" ({count} excluded by --where)"),
            };
            let (points, runs) = (counted(points, "point"), runs_told(runs, recalled));
            let found =
                if is_complete { format!("{}\n", sweep_text(results)) } else { String::new() };
            format!("{points}{left_out}, {runs}\n\n{found}Results: {target}\n")
        }
        Format::Json => format!(
            "{}\n",
            json!({
                "results": target.to_string(),
                "points": points,
                "runs": runs,
                "recalled": recalled,
                "answers": is_complete.then(|| sweep_json(results)),
            })
        ),
    };
    asked.printing.print(&text)
}
