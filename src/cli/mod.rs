//! The terminal: what was asked, how far it is, what came out, with which exit code.

mod args;
mod check;
mod commands;
mod completions;
mod exit;
mod explain;
mod finishing;
mod init;
mod input;
mod interruption;
mod list;
mod man;
mod merge;
mod opening;
mod plan;
mod problems;
mod progress;
mod replay;
mod report;
mod running;
mod sampling;
mod schema;
mod sensitivity;
mod simulate;
mod streaming;
mod sweep;
mod tables;
mod varied;
mod verify;
mod watching;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

/// Runs the program with `args`, the first of which is its name.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let exit = match args::Arguments::try_parse_from(args) {
        Ok(arguments) => commands::carry_out(&arguments),
        Err(error) => {
            // Help and version are no errors; clap knows, and where each is printed.
            let is_wrong = error.use_stderr();
            let printed = error.print();
            match (is_wrong, printed) {
                (true, _) => exit::Exit::Usage,
                (false, Ok(())) => exit::Exit::Done,
                (false, Err(_)) => exit::Exit::Failed,
            }
        }
    };
    exit.into()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_command_has_examples_and_they_are_understood() {
        let mut program = args::Arguments::command();
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
                let read = args::Arguments::try_parse_from(words);
                let is_its = example.starts_with(name) || name == "updraft";
                assert!(is_its && read.is_ok(), "{name}: {example}: {read:?}");
            }
        }
    }
}
