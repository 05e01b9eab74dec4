//! `updraft replay`: the bare network, for whoever wants to check it or to use it alone.

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use super::args::Replay;
use super::commands::{complain, ignore_closed_pipe, stop_on_interrupt};
use super::exit::Exit;
use super::progress::CountBar;
use crate::network::replay::{Outcome, ReplayError, Settings, replay};
use crate::random::{Purpose, Streams};
use crate::report::{ClaimedFile, Finish};
use crate::scenario::{LoadError, NetworkFile, TransferError, TransferFile};
use crate::units::SimTime;

/// Carries out what was asked.
pub(super) fn carry_out(asked: &Replay) -> Exit {
    try_to(asked).unwrap_or_else(|exit| exit)
}

fn try_to(asked: &Replay) -> Result<Exit, Exit> {
    let failed = |error: &dyn std::fmt::Display| {
        complain(&format!("error: {error}\n"));
        Exit::Failed
    };
    let network = load_network(asked)?;
    let transfers = load_transfers(asked, &network)?;
    let file = ClaimedFile::claim(&asked.output).map_err(|error| failed(&error))?;
    let outcome = simulate(asked, &network, &transfers)?;
    file.write(finishes(&transfers, &outcome)).map_err(|error| failed(&error))?;
    if !asked.terminal.quiet {
        let text = summary(asked, &network, &transfers, &outcome);
        let written = io::stdout().lock().write_all(text.as_bytes());
        ignore_closed_pipe(written).map_err(|error| failed(&error))?;
    }
    let never: Vec<Finish<'_>> =
        finishes(&transfers, &outcome).filter(|row| row.finish == SimTime::NEVER).collect();
    let Some(first) = never.first() else { return Ok(Exit::Done) };
    let id = String::from_utf8_lossy(first.id);
    let (count, all) = (never.len(), outcome.finishes.len());
    complain(&format!(
        "incomplete: {count} of {all} transfers can never finish, the first of them `{id}`: no \
         links lead to their end, or nothing moves over them\n"
    ));
    Ok(Exit::Incomplete)
}

fn load_network(asked: &Replay) -> Result<NetworkFile, Exit> {
    NetworkFile::load(&asked.network).map_err(|error| match error {
        LoadError::Invalid(problems) => {
            complain(&problems.render(color(asked)));
            complain(&format!("{} problem(s) in {}\n", problems.list.len(), problems.file));
            Exit::Invalid
        }
        LoadError::Unreadable(..) => {
            complain(&format!("error: {error}\n"));
            Exit::Failed
        }
    })
}

fn load_transfers<'n>(asked: &Replay, network: &'n NetworkFile) -> Result<TransferFile<'n>, Exit> {
    TransferFile::load(&asked.transfers, network).map_err(|error| match error {
        TransferError::Invalid { shown, rows } => {
            for row in shown {
                complain(&row.render(color(asked)));
            }
            complain(&format!("{rows} wrong row(s) in {}\n", asked.transfers.display()));
            Exit::Invalid
        }
        TransferError::Unreadable(..) => {
            complain(&format!("error: {error}\n"));
            Exit::Failed
        }
    })
}

fn color(asked: &Replay) -> bool {
    asked.terminal.color.is_on(io::stderr().is_terminal())
}

fn simulate(
    asked: &Replay,
    network: &NetworkFile,
    transfers: &TransferFile<'_>,
) -> Result<Outcome, Exit> {
    let settings = Settings { transport: network.transport, is_checked: asked.check };
    let streams = Streams::new(asked.seed, 0);
    let luck = |row| streams.draw(Purpose::TransferShare, row, 0).between(0, u64::MAX);
    let visible = asked.terminal.shows_progress();
    let bar = CountBar::new(transfers.plan.len(), "transfers", visible);
    let stop = stop_on_interrupt();
    let outcome = replay(&transfers.plan, settings, luck, |done| {
        bar.show(done);
        if stop.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    bar.finish();
    outcome.map_err(|error| match error {
        ReplayError::Stopped => {
            complain("interrupted: nothing was written\n");
            Exit::Interrupted
        }
        ReplayError::Difference { .. } => {
            complain(&format!("error: {error}\n"));
            Exit::Failed
        }
    })
}

fn finishes<'a>(
    transfers: &'a TransferFile<'_>,
    outcome: &'a Outcome,
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
    outcome: &Outcome,
) -> String {
    let finished = outcome.finishes.iter().filter(|finish| **finish != SimTime::NEVER);
    let last = finished.clone().max().copied().unwrap_or_default();
    let counts = outcome.counts;
    let checked = if asked.check { ", checked against the definition" } else { "" };
    format!(
        "model {}{checked}: {} nodes, {} links\n\
         {} transfers, {} finished, the last at {} ({}.{:09} s)\n\
         work: {} settlements, {} classes and {} channels touched, {} rounds, {} crossings, {} \
         moves between clocks\n\
         {}Finishes: {}\n",
        network.model,
        network.topology.node_count(),
        network.topology.link_count(),
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

/// What to doubt where starts filled a queue so often, in hundredths.
fn caution(burst: u64) -> String {
    format!(
        "caution: transfers that began within one round trip filled a link's queue {}.{} times; \
         real TCP loses packets there and waits for time-outs: above 2.5 expect longer tails\n",
        burst / 100,
        burst % 100 / 10,
    )
}
