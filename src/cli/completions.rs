//! `updraft completions`: what a shell needs to complete what is typed.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::args::Arguments;
use super::commands::print;
use super::exit::Exit;

/// What `completions` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft completions bash > ~/.local/share/bash-completion/completions/updraft
  updraft completions zsh > ~/.zfunc/_updraft
  updraft completions fish > ~/.config/fish/completions/updraft.fish")]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Carries out what was asked.
pub(super) fn carry_out(asked: &Completions) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(asked.shell, &mut Arguments::command(), "updraft", &mut script);
    print(&script)
}
