//! `updraft list`: metrics, plots, templates, rules, assumptions, components.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::cli::shared::exit::Exit;
use crate::cli::shared::printing::Printing;
use crate::cli::shared::rules::rules;
use crate::cli::shared::terminal::{Format, fitted_below};
use crate::import::TEMPLATES;
use crate::measure::METRICS;
use crate::model::component::{Component, IncrementalSize, vendor_catalogue};
use crate::report::{PLOTS, Side, aligned};
use crate::scenario::assumable;
use crate::units::decimal::Thousandths;

/// The arguments of `list`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft list metrics
  updraft list rules --format json")]
pub(in crate::cli) struct List {
    /// What to list.
    #[arg(value_enum)]
    pub(in crate::cli) what: Listed,
    /// The output format.
    #[command(flatten)]
    pub(in crate::cli) printing: Printing,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Listed {
    /// The metrics of summary.csv.
    Metrics,
    /// The plots of a results folder.
    Plots,
    /// The templates of `init`.
    Templates,
    /// The product's rules and their scenario keys.
    Rules,
    /// The assumptions where the vendor's documents are silent, and their keys.
    Assumptions,
    /// The component catalogue: sizes, release cadence, sources.
    Components,
}

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &List) -> Exit {
    let rows = rows(asked.what);
    let text = match asked.printing.format {
        Format::Text | Format::Concise => {
            let rows: Vec<Vec<String>> = rows.into_iter().map(cells).collect();
            let names = rows.iter().map(|row| row[0].chars().count()).max().unwrap_or_default();
            fitted_below(&aligned(&rows, Side::Left), names + 2).into_owned()
        }
        Format::Json => format!("{:#}\n", rows.into_iter().map(object).collect::<Value>()),
    };
    asked.printing.print(&text)
}

/// A row: names and values.
type NamedValues = Vec<(&'static str, String)>;

fn rows(what: Listed) -> Vec<NamedValues> {
    match what {
        Listed::Metrics => METRICS
            .iter()
            .map(|metric| {
                vec![
                    ("name", metric.name.into()),
                    ("unit", metric.unit.into()),
                    ("question", metric.question.into()),
                ]
            })
            .collect(),
        Listed::Templates => TEMPLATES
            .iter()
            .map(|template| vec![("name", template.name.into()), ("about", template.about.into())])
            .collect(),
        Listed::Plots => PLOTS
            .iter()
            .map(|plot| vec![("name", plot.name().into()), ("caption", plot.caption().into())])
            .collect(),
        Listed::Rules => rules()
            .into_iter()
            .map(|rule| {
                let keys = rule.keys.join(", ");
                vec![("rule", rule.id.into()), ("words", rule.words.into()), ("keys", keys)]
            })
            .collect(),
        Listed::Assumptions => assumable()
            .into_iter()
            .map(|assumption| {
                vec![
                    ("key", assumption.key),
                    ("default", assumption.value),
                    ("meaning", assumption.meaning.into()),
                ]
            })
            .collect(),
        Listed::Components => vendor_catalogue().iter().map(component).collect(),
    }
}

/// A component of the vendor's catalogue (CMP-1 to CMP-3).
fn component(of: &Component) -> NamedValues {
    let scan = match (of.conventional, of.smart) {
        (true, true) => "both",
        (true, false) => "conventional",
        (false, _) => "smart",
    };
    let (step, sizes) = match of.incremental {
        None => (String::new(), String::new()),
        Some(IncrementalSize { listed: None, step, .. }) => {
            (step.count().to_string(), String::new())
        }
        Some(IncrementalSize { listed: Some(sizes), .. }) => {
            let sizes = sizes.map(|size| size.count().to_string());
            (String::new(), sizes.join(" "))
        }
    };
    let per_day = Thousandths::new(of.releases_per_1000_days.into());
    vec![
        ("component", of.name.clone()),
        ("kind", of.kind.to_string()),
        ("scan", scan.into()),
        ("full_bytes", of.full.count().to_string()),
        ("incremental_step_bytes", step),
        ("releases_per_day", per_day.to_string()),
        ("source", of.source.into()),
        ("incremental_bytes", sizes),
    ]
}

/// The text form of a row.
fn cells(row: NamedValues) -> Vec<String> {
    let shown = |(_, text): (_, String)| if text.is_empty() { "–".into() } else { text };
    row.into_iter().map(shown).collect()
}

fn object(row: NamedValues) -> Value {
    row.into_iter().map(|(name, value)| (name.to_string(), json!(value))).collect()
}
