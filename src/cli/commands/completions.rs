//! `updraft completions`: shell completions.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::cli::shared::exit::Exit;
use crate::cli::shared::output::print;

/// The arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft completions bash > ~/.local/share/bash-completion/completions/updraft
  updraft completions zsh > ~/.zfunc/_updraft
  updraft completions fish > ~/.config/fish/completions/updraft.fish")]
pub(in crate::cli) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Runs the command, for `program`.
pub(in crate::cli) fn carry_out(asked: &Completions, program: &mut Command) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(asked.shell, program, "updraft", &mut script);
    print(&script)
}
