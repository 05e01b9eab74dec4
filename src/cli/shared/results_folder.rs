//! The results folder of a command: its default name, its lock, and errors when reading one.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PathBufValueParser, TypedValueParser};

use super::exit::{Exit, failed};
use super::input::bare;
use super::values::is_dash;
use crate::report::{AtomicDirectory, Conflict, Occupant, ResultsLoadError};

/// The default folder: `name` in the folder `results`.
pub(in crate::cli) fn results_path(output: Option<&Path>, name: &str) -> PathBuf {
    output.map_or_else(|| Path::new("results").join(name), Path::to_path_buf)
}

/// Whether results of something else are replaced.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(in crate::cli) struct Replacing {
    /// Replaces results in the folder that are of another type or scenario, or that a newer version wrote.
    #[arg(long)]
    force: bool,
}

/// The results that a command is about to write.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Authorship<'a> {
    /// The command.
    pub(in crate::cli) command: &'static str,
    /// The scenario's file, if there is one.
    pub(in crate::cli) scenario: Option<&'a Path>,
    /// Whether results of something else are replaced.
    pub(in crate::cli) replacing: Replacing,
}

/// Locks the results folder `output`, or that of `name`, before the simulation.
///
/// # Errors
/// The exit code, after the obstacle was reported: results of something else are kept, unless they are to be replaced.
pub(in crate::cli) fn claim_results(
    output: Option<&Path>,
    name: &str,
    authorship: Authorship<'_>,
) -> Result<(PathBuf, AtomicDirectory), Exit> {
    let target = results_path(output, name);
    let scenario = authorship.scenario.map(bare);
    let conflict = Occupant::of(&target)
        .and_then(|at| at.conflict(authorship.command, scenario.as_deref()))
        .filter(|_| !authorship.replacing.force);
    if let Some(conflict) = conflict {
        let whose = match conflict {
            Conflict::OtherKind(at) => format!("results of `{}` of {}", at.command, at.scenario),
            Conflict::OtherScenario(at) => format!("results of another scenario, {}", at.scenario),
            Conflict::Newer(version) => format!("results of a newer version, updraft {version}"),
        };
        let target = target.display();
        return Err(failed(&format!(
            "{target} contains {whose}, which are kept; -o DIR writes elsewhere, --force replaces them"
        )));
    }
    let folder = AtomicDirectory::claim(&target).map_err(|error| failed(&error))?;
    Ok((target, folder))
}

/// Reads the folder argument of a command whose results cannot go to standard output.
pub(in crate::cli) fn results_folder() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|folder| {
        let cause = "a folder; only `run` and `compare` can print a table instead";
        if is_dash(&folder) { Err(cause) } else { Ok(folder) }
    })
}

impl From<&ResultsLoadError> for Exit {
    fn from(error: &ResultsLoadError) -> Self {
        match error {
            ResultsLoadError::Unreadable(..) => Self::Failed,
            ResultsLoadError::Invalid(..) => Self::Invalid,
        }
    }
}

/// Reports why results cannot be read; returns the exit code.
pub(in crate::cli) fn tell_unreadable(error: &ResultsLoadError) -> Exit {
    let _ = failed(error);
    error.into()
}
