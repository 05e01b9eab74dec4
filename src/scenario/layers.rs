//! The layers that values come from, the weakest first: defaults, a project file, the scenario, overlays, the
//! environment, `--set`.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use super::diagnostic::TextPart;
use super::keys;

/// The prefix of environment variables that set a key; `__` separates the parts of the key:
/// `UPDRAFT__SERVER__SLOTS=100` means `--set server.slots=100`.
pub const ENVIRONMENT_PREFIX: &str = "UPDRAFT__";

/// `--set KEY=VALUE` of the command line, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Overrides(pub Vec<(String, String)>);

/// The layers in addition to a scenario file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// Weaker than the scenario: the name and the text of a project file.
    pub project: Option<(String, String)>,
    /// Stronger than the scenario, the weakest first: names and texts of partial scenarios, and of tables (`.csv`) that are
    /// the list of update sources.
    pub overlays: Vec<(String, String)>,
    /// Stronger than these: variables of the environment.
    pub environment: Environment,
    /// The strongest.
    pub set: Overrides,
}

/// The variables that set a key, ordered by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment(Vec<(String, String)>);

impl Environment {
    /// Those of `variables` that begin with [`ENVIRONMENT_PREFIX`].
    ///
    /// # Errors
    /// If one of them is not Unicode, or a variable with a single underscore after `UPDRAFT` is a key otherwise.
    pub fn of(variables: impl Iterator<Item = (OsString, OsString)>) -> Result<Self, String> {
        let mut all = Vec::new();
        for (name, value) in variables {
            if !name.to_string_lossy().starts_with(ENVIRONMENT_PREFIX) {
                if let Some(meant) = meant(&name.to_string_lossy()) {
                    let name = name.to_string_lossy();
                    return Err(format!("{name} sets nothing; did you mean {meant}?"));
                }
                continue;
            }
            match (name.into_string(), value.into_string()) {
                (Ok(name), Ok(value)) => all.push((name, value)),
                (Ok(name), Err(_)) => return Err(format!("the value of {name} is not Unicode")),
                (Err(name), _) => {
                    return Err(format!("{} is not Unicode", name.to_string_lossy()));
                }
            }
        }
        all.sort();
        Ok(Self(all))
    }
}

/// The intended variable if `name` has a single underscore after the prefix and is a key otherwise: its parts are separated
/// by `__`, or all of them by `_`. Other variables named `UPDRAFT_…` belong to the tests and to other programs.
fn meant(name: &str) -> Option<String> {
    let rest = name.strip_prefix("UPDRAFT_")?;
    if rest.contains("__") {
        return Some(format!("{ENVIRONMENT_PREFIX}{rest}"));
    }
    let variable = |path: &str| path.trim_start_matches('.').replace('.', "__").to_uppercase();
    keys::SECTIONS
        .iter()
        .flat_map(|section| section.keys.iter().map(move |key| (section.name, key.name)))
        .map(|(section, key)| variable(&format!("{section}.{key}")))
        .find(|variable| variable.replace("__", "_") == rest)
        .map(|variable| format!("{ENVIRONMENT_PREFIX}{variable}"))
}

/// The concatenated texts of all layers, so that everything in them has a position.
#[derive(Debug)]
pub(crate) struct Texts {
    pub(super) all: String,
    /// The part of the scenario file.
    pub(super) scenario: Range<usize>,
    /// The part of the project file.
    pub(super) project: Range<usize>,
    /// The overlays, the weakest first.
    pub(super) overlays: Vec<Overlay>,
    /// Single values, the weakest first.
    pub(super) single: Vec<Single>,
    /// The names of all parts except the first.
    pub(super) parts: Vec<TextPart>,
}

/// An overlay.
#[derive(Debug)]
pub(super) struct Overlay {
    pub(super) part: Range<usize>,
    /// Whether it is the list of update sources as a table, not TOML.
    pub(super) is_table: bool,
}

/// The ends of the lines of [`Texts`].
#[derive(Debug)]
pub(super) struct Lines<'t> {
    texts: &'t Texts,
    breaks: Vec<usize>,
}

impl Lines<'_> {
    /// The part that contains `at` (`None`: the scenario file), and the line number in it.
    pub(super) fn place(&self, at: usize) -> (Option<&str>, usize) {
        let parts = &self.texts.parts;
        let part = parts.partition_point(|part| part.start <= at).checked_sub(1);
        let part = part.map(|number| &parts[number]);
        let before = |at: usize| self.breaks.partition_point(|end| *end < at);
        let start = part.map_or(0, |part| part.start);
        (part.map(|part| part.name.as_str()), before(at) - before(start) + 1)
    }
}

/// A single value.
#[derive(Debug)]
pub(super) struct Single {
    /// The parts of its key.
    pub(super) key: Vec<String>,
    pub(super) value: String,
    pub(super) key_span: Range<usize>,
    pub(super) value_span: Range<usize>,
    /// Whether names in the key may be in capitals, with `_` for other characters than letters and digits, as in the
    /// names of variables.
    pub(super) is_variable: bool,
}

impl Texts {
    /// The text of a file alone.
    #[cfg(feature = "program")]
    pub(crate) fn of_file(text: &str) -> Self {
        Self::new(text, &Layers::default())
    }

    /// The scenario file's text, and `layers`.
    pub(super) fn new(text: &str, layers: &Layers) -> Self {
        let whole = 0..text.len();
        let mut texts = Self {
            all: text.into(),
            scenario: whole,
            project: text.len()..text.len(),
            overlays: Vec::new(),
            single: Vec::new(),
            parts: Vec::new(),
        };
        if let Some((name, text)) = &layers.project {
            texts.project = texts.append(name, text);
        }
        for (name, text) in &layers.overlays {
            let part = texts.append(name, text);
            let ending = Path::new(name).extension();
            let is_table = ending.is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
            texts.overlays.push(Overlay { part, is_table });
        }
        let variables = &layers.environment.0;
        if !variables.is_empty() {
            let _ = texts.begin("environment");
        }
        for (name, value) in variables {
            let key = name[ENVIRONMENT_PREFIX.len()..].split("__");
            let key = key.map(str::to_lowercase).collect();
            texts.add(name, key, value, true);
        }
        if !layers.set.0.is_empty() {
            let _ = texts.begin("--set");
        }
        for (key, value) in &layers.set.0 {
            texts.add(key, key.split('.').map(str::to_string).collect(), value, false);
        }
        texts
    }

    /// The positions of its lines.
    pub(super) fn lines(&self) -> Lines<'_> {
        let breaks = self.all.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines { texts: self, breaks: breaks.map(|(at, _)| at).collect() }
    }

    /// Begins the part with that name; returns its position.
    fn begin(&mut self, name: &str) -> usize {
        self.all.push('\n');
        let start = self.all.len();
        self.parts.push(TextPart { name: name.into(), start });
        start
    }

    /// Appends a whole text; returns its position.
    fn append(&mut self, name: &str, text: &str) -> Range<usize> {
        let start = self.begin(name);
        self.all.push_str(text);
        start..self.all.len()
    }

    fn add(&mut self, written: &str, key: Vec<String>, value: &str, is_variable: bool) {
        let start = self.all.len();
        let _ = writeln!(self.all, "{written} = {value}");
        let key_span = start..start + written.len();
        let value_start = key_span.end + " = ".len();
        let value_span = value_start..value_start + value.len();
        self.single.push(Single { key, value: value.into(), key_span, value_span, is_variable });
    }
}

/// `name` in the form of a variable's name.
pub(super) fn in_variable(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect::<String>()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_taken_in_the_order_of_their_names_whatever_else_there_is() {
        let pair = |name: &str| (OsString::from(name), OsString::from("1"));
        let names = ["UPDRAFT__SEED", "HOME", "UPDRAFT_RESULTS", "UPDRAFT__AGENTS__NIC"];
        let found = Environment::of(names.into_iter().map(pair)).expect("Unicode");
        let names: Vec<&str> = found.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["UPDRAFT__AGENTS__NIC", "UPDRAFT__SEED"]);
    }

    #[test]
    fn a_variable_that_is_nearly_one_of_ours_is_not_ignored() {
        for (name, meant) in [
            ("UPDRAFT_SERVERS__SLOTS", "UPDRAFT__SERVERS__SLOTS"),
            ("UPDRAFT_SERVER_SLOTS", "UPDRAFT__SERVER__SLOTS"),
            ("UPDRAFT_SERVER_SLOTS_PEAK", "UPDRAFT__SERVER__SLOTS_PEAK"),
            ("UPDRAFT_SEED", "UPDRAFT__SEED"),
        ] {
            let found = Environment::of([(name.into(), "1".into())].into_iter());
            let expected = format!("{name} sets nothing; did you mean {meant}?");
            assert_eq!(found, Err(expected));
        }
        // Variables of the tests, the build and of whoever starts the program.
        for name in ["UPDRAFT_EXTERNAL", "UPDRAFT_COMPANIES", "UPDRAFT_SOURCES", "UPDRAFT_HOME"] {
            let found = Environment::of([(name.into(), "1".into())].into_iter());
            assert_eq!(found, Ok(Environment::default()));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_no_unicode_is_refused() {
        use std::os::unix::ffi::OsStringExt;
        let value = OsString::from_vec(vec![0xff]);
        let found = Environment::of([("UPDRAFT__SEED".into(), value)].into_iter());
        assert!(found.unwrap_err().contains("UPDRAFT__SEED"));
    }
}
