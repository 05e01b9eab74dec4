//! The scenario that a command reads, with its layers and adjustments.

use std::path::{Path, PathBuf};

use clap::Args;

use super::diagnostics::Emitter;
use super::exit::{Exit, failed, usage};
use super::host::Host;
use super::values::{is_dash, key_and_value};
use crate::scenario::{Diagnostics, Environment, Layers, Overrides, Scenario, read_text, text_of};

/// The project file, whose values are weaker than the scenario's.
const PROJECT: &str = "updraft.toml";

/// Changes to a scenario on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(in crate::cli) struct Adjustments {
    /// Merges a partial scenario into the scenario: tables key by key, lists such as [[site]] by name, all
    /// other values are replaced. A table that ends in .csv is the list of update sources, such as
    /// `update_sources.csv` of a plan. Repeat for more; later files win.
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,
    /// Sets a scenario key, such as server.slots=100 or site.branch.count=10.
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    pub(in crate::cli) set: Vec<(String, String)>,
    /// Seed of all random numbers; by default the scenario's.
    #[arg(long, value_name = "N")]
    pub(in crate::cli) seed: Option<u64>,
}

impl Adjustments {
    /// The seed in force for `scenario`.
    pub(in crate::cli) fn seed_of(&self, scenario: &Scenario) -> u64 {
        self.seed.unwrap_or(scenario.seed)
    }

    /// Compares the argument for `key`, such as --seed, with --set of the same key.
    ///
    /// # Errors
    /// The exit code, after two different values were reported.
    pub(in crate::cli) fn agree(
        &self,
        key: &str,
        value: Option<impl ToString>,
    ) -> Result<(), Exit> {
        let set = self.set.iter().rfind(|(set, _)| set == key).map(|(_, value)| value);
        match (value.map(|value| value.to_string()), set) {
            (Some(value), Some(set)) if set.trim_matches('"') != value => Err(usage(&format!(
                "--{key} {value} and --set {key}={set} contradict each other: use one"
            ))),
            _ => Ok(()),
        }
    }

    /// The arguments that set keys.
    pub(in crate::cli) fn set_words(&self) -> Vec<String> {
        let words = |(key, value): &(String, String)| ["--set".into(), format!("{key}={value}")];
        self.set.iter().flat_map(words).collect()
    }

    /// The arguments that name overlays, each file by its `name`.
    pub(in crate::cli) fn overlay_words(&self, name: impl Fn(&Path) -> String) -> Vec<String> {
        self.overlay.iter().flat_map(|file| ["--overlay".into(), name(file)]).collect()
    }

    /// All files that contribute to the scenario in `file`.
    pub(in crate::cli) fn files_with(&self, file: &Path) -> Vec<PathBuf> {
        let more = [file.to_path_buf(), PROJECT.into()];
        more.into_iter().chain(self.overlay.iter().cloned()).collect()
    }
}

/// A scenario and its other layers except `--set`: read once, so that standard input can be used.
pub(in crate::cli) struct Input {
    name: String,
    text: String,
    layers: Layers,
}

impl Input {
    /// Reads the scenario in `file` (`-` is standard input) and its other layers: the project file of the working
    /// directory, if it exists, overlays and the environment.
    ///
    /// # Errors
    /// The exit code, after an unreadable input was reported.
    pub(in crate::cli) fn read(
        file: &Path,
        adjustments: &Adjustments,
        emitter: Emitter,
    ) -> Result<Self, Exit> {
        adjustments.agree("seed", adjustments.seed)?;
        let name = shown(file);
        let text = if is_dash(file) {
            let read = Host::current().input();
            let bytes = read.map_err(|cause| failed(&format!("cannot read {name}: {cause}")))?;
            text_of(&bytes, &name).map_err(|problems| emitter.tell_problems(&problems))
        } else {
            read_text(file).map_err(|error| emitter.tell_load_error(&error))
        }?;
        let named = |file: &Path| {
            let text = read_text(file).map_err(|error| emitter.tell_load_error(&error))?;
            Ok::<_, Exit>((file.display().to_string(), text))
        };
        let project = Path::new(PROJECT);
        let is_scenario = || match (file.canonicalize(), project.canonicalize()) {
            (Ok(file), Ok(project)) => file == project,
            _ => false,
        };
        let has_project = project.exists() && !is_scenario();
        let layers = Layers {
            project: has_project.then(|| named(project)).transpose()?,
            overlays: adjustments
                .overlay
                .iter()
                .map(|file| named(file))
                .collect::<Result<_, _>>()?,
            environment: Environment::of(std::env::vars_os()).map_err(|cause| failed(&cause))?,
            set: Overrides::default(),
        };
        Ok(Self { name, text, layers })
    }

    /// The scenario with one more overlay, whose text is `overlay`, and `set`.
    ///
    /// # Errors
    /// All problems of the scenario.
    pub(in crate::cli) fn resolve(
        &self,
        overlay: &str,
        set: &[(String, String)],
    ) -> Result<Scenario, Diagnostics> {
        let mut layers = Layers { set: Overrides(set.to_vec()), ..self.layers.clone() };
        layers.overlays.push(("overlay.toml".into(), overlay.into()));
        Scenario::parse_with(&self.text, &self.name, &layers)
    }

    /// The scenario with `set`, or the exit code, after the problems were reported.
    pub(in crate::cli) fn scenario(
        &self,
        set: &[(String, String)],
        emitter: Emitter,
    ) -> Result<Scenario, Exit> {
        let layers = Layers { set: Overrides(set.to_vec()), ..self.layers.clone() };
        Scenario::parse_with(&self.text, &self.name, &layers)
            .map_err(|problems| emitter.tell_problems(&problems))
    }
}

/// The scenario in `file` with `adjustments`, or the exit code, after the problems were reported.
pub(in crate::cli) fn load(
    file: &Path,
    adjustments: &Adjustments,
    emitter: Emitter,
) -> Result<Scenario, Exit> {
    let input = Input::read(file, adjustments, emitter)?;
    input.scenario(&adjustments.set, emitter)
}

/// The name of an input in messages.
pub(in crate::cli) fn shown(file: &Path) -> String {
    if is_dash(file) { Host::current().input_name() } else { file.display().to_string() }
}

/// A file's name without its folders: results do not depend on its location.
pub(in crate::cli) fn bare(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
