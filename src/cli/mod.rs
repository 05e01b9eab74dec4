//! The terminal: what was asked, how far it is, what came out, with which exit code.
//!
//! This module alone knows all commands. A command knows what is shared ([`shared`]), never another command.

mod commands;
mod shared;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use commands::{
    calibrate, check, compare, completions, diff, explain, init, list, man, merge, plan, replay,
    report, run, schema, sensitivity, sweep, verify,
};
use shared::exit::Exit;
use shared::request::Request;
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
    /// Simulate the four options side by side, with the same luck.
    Compare(compare::Compare),
    /// Validate a scenario and say what would be simulated.
    Check(check::Check),
    /// What changed between two results folders or scenarios, in the scenario and in every metric.
    Diff(diff::Diff),
    /// The story of one agent's update, or of a few: what happened, what it waited for, by which rule. Or
    /// what a rule, a key, a metric or a kind of problem is.
    Explain(explain::Explain),
    /// Write a scenario to start from: a template, or what an inventory or a map of a network tells.
    Init(init::Init),
    /// The fewest Update Agents that meet a target, and where they go.
    Plan(plan::PlanArguments),
    /// What there is to be measured, drawn or begun with, with a line on each.
    List(list::List),
    /// Only the network: given transfers, when does each finish.
    Replay(replay::Replay),
    /// Simulate many points: every combination of some keys' values, or a sample of them.
    Sweep(sweep::Sweep),
    /// Which keys an outcome depends on, and how much: ranked, with intervals.
    Sensitivity(sensitivity::Sensitivity),
    /// A scenario's values from logs of the company, checked on days that are held out.
    Calibrate(calibrate::Calibrate),
    /// Join the shards of a sweep.
    Merge(merge::Merge),
    /// Draw the pictures and the page of a results folder again.
    Report(report::Report),
    /// The JSON Schema (draft 7) of the scenario format, for editors.
    Schema(schema::Schema),
    /// What a shell needs to complete commands, flags and their values.
    Completions(completions::Completions),
    /// The manual pages of all commands.
    Man(man::Man),
    /// Run what a results folder says again, and compare every file.
    Verify(verify::Verify),
}

/// Runs the program with `args`, the first of which is its name.
pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    interruption::end_at_once();
    let exit = match Arguments::try_parse_from(args) {
        Ok(arguments) => internal_error::report(|| carry_out(&arguments.command)),
        Err(error) => {
            // Help and version are no errors; clap knows, and where each is printed.
            let is_wrong = error.use_stderr();
            let printed = error.print();
            match (is_wrong, printed) {
                (true, _) => Exit::Usage,
                (false, Ok(())) => Exit::Done,
                (false, Err(_)) => Exit::Failed,
            }
        }
    };
    exit.into()
}

/// Carries out a command.
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
                // Behind it a shell redirects, or words say what it is for.
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
