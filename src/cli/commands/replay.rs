//! `updraft replay`: runs the network model alone on given transfers.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use clap::Args;
use serde_json::{Value, json};

use crate::answer::quantities::counted;
use crate::cli::shared::exit::{Exit, failed, usage};
use crate::cli::shared::interruption::Interruption;
use crate::cli::shared::output::{Output, say};
use crate::cli::shared::printing::Printing;
use crate::cli::shared::progress::CountProgress;
use crate::cli::shared::terminal::{Format, complain, fitted};
use crate::cli::shared::values::is_dash;
use crate::network::replay::{ReplayError, ReplayOutcome, Settings, replay};
use crate::random::{Purpose, Streams};
use crate::replay::{NetworkFile, NodeTable, TRANSFER_COLUMNS, TransferFile, TransferRules};
use crate::report::{Finish, TableFormat, write_finishes};
use crate::scenario::nearest;
use crate::units::SimTime;

/// The arguments of `replay`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft replay network.toml transfers.csv -o finishes.csv
  updraft replay network.toml transfers.csv -o finishes.csv --check --format json
  updraft replay network.toml access.log --nodes prefixes.csv --server hq -o -")]
pub(in crate::cli) struct Replay {
    /// The network: a TOML file with [network], [[network.node]] and [[network.link]].
    pub(in crate::cli) network: PathBuf,
    /// The transfers: a CSV file with the columns `id,start_s,from,to,bytes` and optionally `cap_bps`, an access log
    /// (W3C extended, or the combined form of nginx and Apache), the CSV output of nfdump, or a flow file of HPCC.
    /// Other columns are ignored, and named.
    pub(in crate::cli) transfers: PathBuf,
    /// The file to write: `id,start_s,finish_s,bytes,mean_bps`, as CSV, or by its ending as .jsonl or .parquet; `-` is
    /// standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: PathBuf,
    /// Maps a column to a header, such as bytes="sc-bytes"; `id=` numbers the rows.
    #[arg(long, value_name = "COLUMN=HEADER", value_parser = column)]
    pub(in crate::cli) column: Vec<(String, String)>,
    /// The nodes of addresses: a CSV file with the columns `prefix,node`.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) nodes: Option<PathBuf>,
    /// The node that sends what an access log records.
    #[arg(long, value_name = "NODE")]
    pub(in crate::cli) server: Option<String>,
    /// Leaves wrong rows out, and lists the first.
    #[arg(long)]
    pub(in crate::cli) skip_bad_rows: bool,
    /// Compares the solver with the slow reference solver and fails at the first difference.
    #[arg(long)]
    pub(in crate::cli) check: bool,
    /// Seed of the random shares of the tcp model.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(in crate::cli) seed: u64,
    /// The output format.
    #[command(flatten)]
    pub(in crate::cli) printing: Printing,
}

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &Replay) -> Result<Exit, Exit> {
    let format = format_of(&asked.output).map_err(|cause| usage(&cause))?;
    let inputs = [Some(&asked.network), Some(&asked.transfers), asked.nodes.as_ref()];
    if inputs.into_iter().flatten().any(|input| is_same_file(input, &asked.output)) {
        return Err(usage(&format!("-o would overwrite `{}`, an input", asked.output.display())));
    }
    let emitter = asked.printing.emitter();
    let network =
        NetworkFile::load(&asked.network).map_err(|error| emitter.tell_load_error(&error))?;
    let tell =
        |path: &Path, error| emitter.tell_transfer_error(&path.display().to_string(), &error);
    let nodes = asked
        .nodes
        .as_deref()
        .map(|path| NodeTable::load(path, &network).map_err(|error| tell(path, error)));
    let nodes = nodes.transpose()?;
    let rules = TransferRules {
        columns: &asked.column,
        nodes: nodes.as_ref(),
        server: asked.server.as_deref(),
        skips_bad_rows: asked.skip_bad_rows,
    };
    let transfers = TransferFile::load(&asked.transfers, &network, &rules)
        .map_err(|error| tell(&asked.transfers, error))?;
    if !asked.printing.terminal.quiet {
        for line in transfers.account.lines() {
            complain(&format!("note: {line}\n"));
        }
    }
    let is_printed = is_dash(&asked.output);
    let output = Output::claim(&asked.output)?;
    let outcome = simulate(asked, &network, &transfers)?;
    output.write(|out| write_finishes(out, finishes(&transfers, &outcome), format))?;
    if !asked.printing.terminal.quiet && !is_printed {
        let text = match asked.printing.format {
            Format::Text | Format::Concise => {
                fitted(&summary(asked, &network, &transfers, &outcome)).into_owned()
            }
            Format::Json => format!("{:#}\n", summary_json(asked, &network, &outcome)),
        };
        say(&text)?;
    }
    let never: Vec<Finish<'_>> =
        finishes(&transfers, &outcome).filter(|row| row.finish == SimTime::NEVER).collect();
    let Some(first) = never.first() else { return Ok(Exit::Done) };
    let id = String::from_utf8_lossy(first.id);
    let (count, all) = (never.len(), outcome.finishes.len());
    complain(&format!(
        "incomplete: {count} of {all} transfers can never finish, the first is `{id}`: no links lead \
         to their destination, or the links have no bandwidth\n"
    ));
    Ok(Exit::Incomplete)
}

/// Whether two paths lead to one file that exists.
fn is_same_file(one: &Path, other: &Path) -> bool {
    let found = [one, other].map(|path| path.canonicalize().ok());
    found[0].is_some() && found[0] == found[1]
}

/// The format of a file, by its ending; of any other ending CSV.
fn format_of(output: &Path) -> Result<TableFormat, &'static str> {
    let ending = output.extension().and_then(|ending| ending.to_str());
    ending.and_then(TableFormat::named).unwrap_or(TableFormat::Csv).if_supported()
}

/// Parses `COLUMN=HEADER`.
fn column(text: &str) -> Result<(String, String), String> {
    let (name, header) = text.split_once('=').ok_or("COLUMN=HEADER, such as bytes=\"sc-bytes\"")?;
    if TRANSFER_COLUMNS.contains(&name.trim()) {
        return Ok((name.trim().into(), header.trim().into()));
    }
    let help = nearest(name, TRANSFER_COLUMNS.into_iter())
        .map_or(String::new(), |help| format!("; {help}"));
    Err(format!("`{name}` is not one of {}{help}", TRANSFER_COLUMNS.join(", ")))
}

fn simulate(
    asked: &Replay,
    network: &NetworkFile,
    transfers: &TransferFile<'_>,
) -> Result<ReplayOutcome, Exit> {
    let settings = Settings { transport: network.transport, is_checked: asked.check };
    let streams = Streams::new(asked.seed, 0);
    let share = |row| streams.draw(Purpose::TransferShare, row, 0).between(0, u64::MAX);
    let shown = asked.printing.terminal.shown_progress();
    let progress = CountProgress::new(transfers.plan.len(), "transfers", shown);
    let interruption = Interruption::watch();
    let outcome = replay(&transfers.plan, settings, share, |done| {
        progress.show(done);
        if interruption.flag().load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    progress.finish();
    outcome.map_err(|error| match error {
        ReplayError::Stopped => {
            complain("interrupted: nothing was written\n");
            interruption.exit()
        }
        ReplayError::Difference { .. } => failed(&error),
    })
}

fn finishes<'a>(
    transfers: &'a TransferFile<'_>,
    outcome: &'a ReplayOutcome,
) -> impl Iterator<Item = Finish<'a>> {
    let rows = transfers.plan.transfers().zip(&outcome.finishes).enumerate();
    rows.map(|(row, ((start, bytes), &finish))| {
        let id = transfers.ids.get(row);
        Finish { id, start, finish, bytes }
    })
}

fn summary(
    asked: &Replay,
    network: &NetworkFile,
    transfers: &TransferFile<'_>,
    outcome: &ReplayOutcome,
) -> String {
    let finished = outcome.finishes.iter().filter(|finish| **finish != SimTime::NEVER);
    let last = finished.clone().max().copied().unwrap_or_default();
    let counts = outcome.counts;
    let checked = if asked.check { ", checked against the reference solver" } else { "" };
    format!(
        "model {}{checked}: {}, {}\n\
         {} transfers, {} finished, the last at {} ({}.{:09} s)\n\
         work: {} settlements, {} classes and {} channels touched, {} rounds, {} crossings, {} \
         moves between clocks\n\
         {}Finishes: {}\n",
        network.model,
        counted(network.topology.node_count(), "node"),
        counted(network.topology.link_count(), "link"),
        transfers.plan.len(),
        finished.count(),
        last,
        last.as_nanos() / 1_000_000_000,
        last.as_nanos() % 1_000_000_000,
        counts.settlements,
        counts.classes_touched,
        counts.channels_touched,
        counts.rounds,
        counts.crossings,
        counts.clock_moves,
        outcome.worst_burst.map(caution).unwrap_or_default(),
        asked.output.display(),
    )
}

fn summary_json(asked: &Replay, network: &NetworkFile, outcome: &ReplayOutcome) -> Value {
    let finished = outcome.finishes.iter().filter(|finish| **finish != SimTime::NEVER);
    let counts = outcome.counts;
    json!({
        "finishes": asked.output.display().to_string(),
        "model": network.model,
        "checked": asked.check,
        "nodes": network.topology.node_count(),
        "links": network.topology.link_count(),
        "transfers": outcome.finishes.len(),
        "finished": finished.clone().count(),
        "last_finish_ns": finished.max().map(|last| last.as_nanos()),
        "worst_burst_hundredths": outcome.worst_burst,
        "settlements": counts.settlements,
        "classes_touched": counts.classes_touched,
        "channels_touched": counts.channels_touched,
        "rounds": counts.rounds,
        "crossings": counts.crossings,
        "clock_moves": counts.clock_moves,
    })
}

/// The caution for starts that exceeded a queue by this ratio, in hundredths.
fn caution(burst: u64) -> String {
    format!(
        "caution: transfers that began within one round trip exceeded a link's queue {}.{} times; \
         real TCP loses packets there and waits for time-outs: above 2.5 expect longer tails\n",
        burst / 100,
        burst % 100 / 10,
    )
}
