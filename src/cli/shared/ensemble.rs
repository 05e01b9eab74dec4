//! An ensemble: plausible overlays of a scenario, of which each replication uses one.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::diagnostics::Emitter;
use super::exit::Exit;
use super::input::bare;
use super::terminal::complain;
use crate::report::PlausibleOverlay;
use crate::scenario::{Diagnostics, Layers, Overrides, Scenario, read_text};

/// The argument that names an ensemble.
#[derive(Clone, Debug, Default, Args)]
pub(in crate::cli) struct EnsembleArgument {
    /// A folder of plausible overlays, such as `ensemble` of a calibration: each replication uses one of them, in turn and
    /// the same under every option, so that intervals hold chance and what is not known. They are stronger than the
    /// scenario, --overlay and the environment, and weaker than --set. By default there are as many replications as
    /// overlays.
    #[arg(long, value_name = "DIR")]
    ensemble: Option<PathBuf>,
}

/// The overlays of an ensemble, and the scenario with each.
#[derive(Debug, Default)]
pub(in crate::cli) struct Ensemble {
    pub(in crate::cli) overlays: Vec<PlausibleOverlay>,
    pub(in crate::cli) scenarios: Vec<Scenario>,
}

/// Why an ensemble is not valid.
#[derive(Debug)]
pub(in crate::cli) enum EnsembleError {
    /// An overlay does not fit the scenario.
    Overlay(Box<Diagnostics>),
    /// Something else, in words.
    Other(String),
}

impl fmt::Display for EnsembleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlay(problems) => write!(f, "{problems}"),
            Self::Other(cause) => f.write_str(cause),
        }
    }
}

impl EnsembleArgument {
    /// Whether an ensemble is named.
    pub(in crate::cli) fn is_asked(&self) -> bool {
        self.ensemble.is_some()
    }

    /// The arguments.
    pub(in crate::cli) fn words(&self) -> Vec<String> {
        let words = |folder: &PathBuf| ["--ensemble".into(), bare(folder)];
        self.ensemble.iter().flat_map(words).collect()
    }

    /// The files of the ensemble.
    pub(in crate::cli) fn files(&self) -> Vec<PathBuf> {
        self.ensemble.as_deref().and_then(|folder| files(folder).ok()).unwrap_or_default()
    }

    /// The overlays as written; none if no ensemble is named.
    pub(in crate::cli) fn overlays(&self, emitter: Emitter) -> Result<Vec<PlausibleOverlay>, Exit> {
        let Some(folder) = &self.ensemble else { return Ok(Vec::new()) };
        let files = files(folder).map_err(|error| tell(&error, emitter))?;
        let read = |file: &PathBuf| {
            let text = read_text(file).map_err(|error| emitter.tell_load_error(&error))?;
            Ok(PlausibleOverlay { name: bare(file), toml: text })
        };
        files.iter().map(read).collect()
    }

    /// The ensemble of `scenario`, whose other layers include `set`; empty if none is named.
    pub(in crate::cli) fn of(
        &self,
        scenario: &Scenario,
        set: &[(String, String)],
        emitter: Emitter,
    ) -> Result<Ensemble, Exit> {
        let overlays = self.overlays(emitter)?;
        Ensemble::laid_over(scenario, overlays, set).map_err(|error| tell(&error, emitter))
    }
}

impl Ensemble {
    /// The number of replications where the command line names none: the scenario's own number, or one for each overlay.
    pub(in crate::cli) fn replications(&self, scenario: &Scenario) -> u32 {
        let overlays = u32::try_from(self.overlays.len()).unwrap_or(u32::MAX);
        if overlays == 0 || scenario.names_replications { scenario.replications } else { overlays }
    }

    /// The ensemble of `overlays` for `scenario`, whose other layers include `set`.
    ///
    /// # Errors
    /// If an overlay is not valid, or changes what all forms of the scenario have in common.
    pub(in crate::cli) fn laid_over(
        scenario: &Scenario,
        overlays: Vec<PlausibleOverlay>,
        set: &[(String, String)],
    ) -> Result<Self, EnsembleError> {
        let lay = |overlay: &PlausibleOverlay| {
            let layers = Layers {
                overlays: vec![(overlay.name.clone(), overlay.toml.clone())],
                set: Overrides(set.to_vec()),
                ..Layers::default()
            };
            let laid = Scenario::parse_with(&scenario.toml, "the scenario", &layers)
                .map_err(|problems| EnsembleError::Overlay(Box::new(problems)))?;
            match scenario.fixed_part_changed_by(&laid) {
                None => Ok(laid),
                Some(part) => Err(EnsembleError::Other(format!(
                    "`{}` changes {part}: the overlays of an ensemble change values only, because each replication uses \
                     another one",
                    overlay.name
                ))),
            }
        };
        let scenarios = overlays.iter().map(lay).collect::<Result<_, _>>()?;
        Ok(Self { overlays, scenarios })
    }
}

/// Reports why an ensemble is not valid.
pub(in crate::cli) fn tell(error: &EnsembleError, emitter: Emitter) -> Exit {
    match error {
        EnsembleError::Overlay(problems) => emitter.tell_problems(problems),
        EnsembleError::Other(cause) => {
            complain(&format!("error: {cause}\n"));
            Exit::Invalid
        }
    }
}

/// The overlays in `folder`, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, EnsembleError> {
    let shown = folder.display();
    let wrong = |cause: String| EnsembleError::Other(cause);
    let list = fs::read_dir(folder).map_err(|cause| {
        wrong(format!("`{shown}` cannot be read as a folder of overlays: {cause}"))
    })?;
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in list {
        let entry = entry.map_err(|cause| wrong(format!("cannot read `{shown}`: {cause}")))?;
        files.push(entry.path());
    }
    files.sort();
    let is_overlay =
        |file: &&PathBuf| file.extension().is_some_and(|ending| ending == "toml") && file.is_file();
    if let Some(other) = files.iter().find(|file| !is_overlay(file)) {
        let inner = folder.join("ensemble");
        let help = if inner.is_dir() {
            format!("; did you mean `{}`?", inner.display())
        } else {
            String::new()
        };
        return Err(wrong(format!(
            "`{shown}` has `{}`, which is no overlay: a folder of an ensemble has nothing but overlays, *.toml{help}",
            bare(other)
        )));
    }
    if files.is_empty() {
        return Err(wrong(format!(
            "`{shown}` has no overlay: expected *.toml files, such as those in `ensemble` of a calibration"
        )));
    }
    Ok(files)
}
