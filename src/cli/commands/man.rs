//! `updraft man`: manual pages, generated from `--help`.

use std::io;
use std::path::PathBuf;

use clap::{Args, Command};

use crate::cli::shared::exit::{Exit, failed};
use crate::cli::shared::output::print;
use crate::report::AtomicFile;

/// The arguments of `man`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft man | man -l -
  updraft man -o ~/.local/share/man/man1")]
pub(in crate::cli) struct Man {
    /// The folder for one page per command; by default all pages are printed.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Runs the command, for `program`.
pub(in crate::cli) fn carry_out(asked: &Man, program: Command) -> Result<Exit, Exit> {
    let pages = pages(program.disable_help_subcommand(true)).map_err(|error| failed(&error))?;
    let Some(folder) = &asked.output else {
        let all: Vec<u8> = pages.into_iter().flat_map(|(_, page)| page).collect();
        return Ok(print(&all));
    };
    for (name, page) in pages {
        let file = AtomicFile::claim(&folder.join(name));
        file.and_then(|file| file.fill(&page)).map_err(|error| failed(&error))?;
    }
    Ok(Exit::Done)
}

/// The page of the program and that of each command, with the names of their files.
fn pages(mut program: Command) -> io::Result<Vec<(String, Vec<u8>)>> {
    program.build();
    let commands: Vec<Command> = program.get_subcommands().cloned().collect();
    std::iter::once(program).chain(commands).map(page).collect()
}

fn page(command: Command) -> io::Result<(String, Vec<u8>)> {
    let man = clap_mangen::Man::new(command);
    let mut page = Vec::new();
    man.render(&mut page)?;
    Ok((man.get_filename(), page))
}
