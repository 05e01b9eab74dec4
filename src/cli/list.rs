//! `updraft list`: what there is to be measured and drawn, and to begin with.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::args::{Format, List, Listed};
use super::commands::{complain, ignore_closed_pipe};
use super::exit::Exit;
use crate::beginning::TEMPLATES;
use crate::measure::METRICS;
use crate::report::PLOTS;

/// Carries out what was asked.
pub(super) fn carry_out(asked: &List) -> Exit {
    let text = match asked.format {
        Format::Text => text(asked.what),
        Format::Json => format!("{:#}\n", json(asked.what)),
    };
    let written = io::stdout().lock().write_all(text.as_bytes());
    match ignore_closed_pipe(written) {
        Ok(()) => Exit::Done,
        Err(error) => {
            complain(&format!("error: {error}\n"));
            Exit::Failed
        }
    }
}

fn text(what: Listed) -> String {
    let lines: Vec<String> = match what {
        Listed::Metrics => METRICS
            .iter()
            .map(|metric| format!("{:28} {:12} {}", metric.name, metric.unit, metric.question))
            .collect(),
        Listed::Templates => TEMPLATES
            .iter()
            .map(|template| format!("{:28} {}", template.name, template.about))
            .collect(),
        Listed::Plots => {
            PLOTS.iter().map(|plot| format!("{:28} {}", plot.name(), plot.caption())).collect()
        }
    };
    lines.join("\n") + "\n"
}

fn json(what: Listed) -> Value {
    match what {
        Listed::Metrics => METRICS
            .iter()
            .map(|metric| {
                json!({ "name": metric.name, "unit": metric.unit, "question": metric.question })
            })
            .collect(),
        Listed::Templates => TEMPLATES
            .iter()
            .map(|template| json!({ "name": template.name, "about": template.about }))
            .collect(),
        Listed::Plots => PLOTS
            .iter()
            .map(|plot| json!({ "name": plot.name(), "caption": plot.caption() }))
            .collect(),
    }
}
