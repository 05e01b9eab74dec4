//! The results folder that a command fills.

use std::path::{Path, PathBuf};

use clap::builder::{PathBufValueParser, TypedValueParser};

use super::exit::{Exit, failed};
use super::input::is_dash;
use crate::report::{AtomicDirectory, ResultsLoadError};

/// The folder that stands where `-o` names none: `name` in the folder `results`.
pub(in crate::cli) fn results_path(output: Option<&Path>, name: &str) -> PathBuf {
    output.map_or_else(|| Path::new("results").join(name), Path::to_path_buf)
}

/// Locks the results folder that `output` names, or that of `name`, before anything is simulated in vain.
///
/// # Errors
/// The exit code, once people have been told why it cannot be written.
pub(in crate::cli) fn claim_results(
    output: Option<&Path>,
    name: &str,
) -> Result<(PathBuf, AtomicDirectory), Exit> {
    let target = results_path(output, name);
    let folder = AtomicDirectory::claim(&target).map_err(|error| failed(&error))?;
    Ok((target, folder))
}

/// Reads the folder of a command whose results have no form for standard output.
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

/// Tells why results cannot be read; the exit code of it.
pub(in crate::cli) fn tell_unreadable(error: &ResultsLoadError) -> Exit {
    let _ = failed(error);
    error.into()
}
