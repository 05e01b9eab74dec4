//! The command line: arguments, commands, exit codes.
//!
//! Only this module knows all commands. A command may use [`shared`], never another command.

mod commands;
mod shared;

use std::borrow::Cow;
use std::ffi::OsString;
use std::io;

use clap::builder::Styles;
use clap::{CommandFactory, Parser, Subcommand};

use commands::{
    calibrate, check, compare, completions, diff, explain, init, list, man, merge, plan, replay,
    report, run, schema, sensitivity, sweep, verify,
};
use shared::exit::Exit;
use shared::host::embed;
pub use shared::host::{Embedding, Told};
use shared::request::Request;
use shared::terminal::{complain, visible};
use shared::{internal_error, interruption};

/// Simulates how security updates travel through a company's network.
#[derive(Debug, Parser)]
#[command(name = "updraft", version, arg_required_else_help = true)]
#[command(after_help = "Start with:
  updraft check scenarios/branch-offices.toml
  updraft compare scenarios/branch-offices.toml")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
enum Command {
    /// Simulate one topology option.
    Run(run::Run),
    /// Simulate the four options side by side with the same random numbers.
    Compare(compare::Compare),
    /// Validate a scenario and show what would be simulated.
    Check(check::Check),
    /// Compare two results folders or scenarios: what changed in the scenario and in every metric.
    Diff(diff::Diff),
    /// Show the timeline of one or a few agents: events, waits and the rules behind them. Or explain a rule, a key, a
    /// metric or a diagnostic.
    Explain(explain::Explain),
    /// Write a scenario to start from: from a template, an inventory or a network map.
    Init(init::Init),
    /// Find the smallest number of Update Agents that meets a target, and their sites.
    Plan(plan::PlanArguments),
    /// List metrics, plots, templates, rules, assumptions or components.
    List(list::List),
    /// Run the network model alone: when does each of the given transfers finish.
    Replay(replay::Replay),
    /// Simulate many points: all combinations of the values of some keys, or a sample.
    Sweep(sweep::Sweep),
    /// Rank keys by their effect on a metric, with intervals.
    Sensitivity(sensitivity::Sensitivity),
    /// Estimate scenario values from logs and check them on held-out days.
    Calibrate(calibrate::Calibrate),
    /// Merge the shards of a sweep.
    Merge(merge::Merge),
    /// Draw the plots and the page of a results folder again.
    Report(report::Report),
    /// Print the JSON Schema (draft 7) of the scenario format, for editors.
    Schema(schema::Schema),
    /// Print shell completions.
    Completions(completions::Completions),
    /// Print the manual pages of all commands.
    Man(man::Man),
    /// Run a results folder again and compare every file.
    Verify(verify::Verify),
}

/// Runs the program with `args`, the first of which is its name; returns its exit code.
pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    interruption::end_at_once();
    let args: Vec<OsString> = args.into_iter().collect();
    let exit = match Arguments::try_parse_from(&args) {
        Ok(arguments) => internal_error::report(|| carry_out(&arguments.command)),
        Err(error) => {
            // Help and version are not errors; clap chooses the stream on which they are printed.
            let is_wrong = error.use_stderr();
            let printed = print(&error, &args);
            match (is_wrong, printed) {
                (true, _) => Exit::Usage,
                (false, Ok(())) => Exit::Done,
                (false, Err(_)) => Exit::Failed,
            }
        }
    };
    exit as u8
}

/// Runs a command inside another program, with the same `args`.
pub(crate) fn run_embedded(args: impl IntoIterator<Item = OsString>, by: Embedding) -> Told {
    embed(by, || {
        let exit = match Arguments::try_parse_from(args) {
            Ok(arguments) => internal_error::contain(|| carry_out(&arguments.command)),
            Err(error) => {
                complain(&error.render().to_string());
                Exit::Usage
            }
        };
        exit as u8
    })
}

/// Prints what is wrong with `args`; control characters in them are shown as escapes.
fn print(error: &clap::Error, args: &[OsString]) -> io::Result<()> {
    // Without styles, all control characters are those of arguments.
    let plain = Arguments::command().styles(Styles::plain()).try_get_matches_from(args).err();
    let plain = plain.map(|error| error.render().ansi().to_string());
    match plain.as_deref().map(visible) {
        Some(Cow::Owned(text)) => {
            complain(&text);
            Ok(())
        }
        Some(Cow::Borrowed(_)) | None => error.print(),
    }
}

/// Runs a command.
fn carry_out(command: &Command) -> Exit {
    let ended = match command {
        Command::Run(asked) => run::carry_out(asked),
        Command::Compare(asked) => compare::carry_out(asked),
        Command::Check(asked) => check::carry_out(asked),
        Command::Diff(asked) => diff::carry_out(asked),
        Command::Explain(asked) => explain::carry_out(asked),
        Command::Init(asked) => init::carry_out(asked),
        Command::Plan(asked) => plan::carry_out(asked),
        Command::List(asked) => Ok(list::carry_out(asked)),
        Command::Replay(asked) => replay::carry_out(asked),
        Command::Sweep(asked) => sweep::carry_out(asked),
        Command::Sensitivity(asked) => sensitivity::carry_out(asked),
        Command::Calibrate(asked) => calibrate::carry_out(asked),
        Command::Merge(asked) => merge::carry_out(asked),
        Command::Report(asked) => report::carry_out(asked),
        Command::Schema(asked) => Ok(schema::carry_out(asked)),
        Command::Completions(asked) => Ok(completions::carry_out(asked, &mut Arguments::command())),
        Command::Man(asked) => man::carry_out(asked, Arguments::command()),
        Command::Verify(asked) => verify::carry_out(asked, read_request),
    };
    ended.unwrap_or_else(|exit| exit)
}

/// The request of `run` or `compare` in the command line of a manifest.
fn read_request(words: &[String]) -> Result<Request, String> {
    let arguments = Arguments::try_parse_from(words).map_err(|error| {
        let text = error.to_string();
        text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_string()
    })?;
    match &arguments.command {
        Command::Run(asked) => Ok(asked.request()),
        Command::Compare(asked) => asked.request(),
        _ => Err("expected `run` or `compare`, which alone are run again".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_examples_and_they_are_understood() {
        let mut program = Arguments::command();
        program.clone().debug_assert();
        program.build();
        let commands = std::iter::once(&program).chain(program.get_subcommands());
        for command in commands.filter(|known| known.get_name() != "help") {
            let name = command.get_name();
            let shown = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let shown = shown.replace("\\\n", " ");
            let examples: Vec<&str> =
                shown.lines().filter_map(|line| line.strip_prefix("  updraft ")).collect();
            assert!(!examples.is_empty(), "{name}");
            for example in examples {
                // An example may be followed by a redirection, or by a description.
                let asked = [" >", " |", "    "]
                    .iter()
                    .fold(example, |asked, end| asked.split(end).next().unwrap_or_default());
                let words = shlex::split(&format!("updraft {asked}")).expect("as a shell reads it");
                let read = Arguments::try_parse_from(words);
                let is_its = example.starts_with(name) || name == "updraft";
                assert!(is_its && read.is_ok(), "{name}: {example}: {read:?}");
            }
        }
    }
}
