//! The tables and scenario files of a plan.

use std::path::Path;
use std::{fs, io};

use super::planned::Planned;
use crate::experiment::plan::{Choice, served_from};
use crate::report::atomic_directory::{AtomicDirectory, ReportError};
use crate::report::tables::{Number, Table, TableFormat, TableFormats, write_all};

/// The scenario with the plan, the overlay of the plan, and the closest candidate if there is no plan.
const SCENARIOS: [&str; 3] = ["plan.toml", "plan-overlay.toml", "closest.toml"];

/// The tables of a plan's folder in addition to those of a run.
const TABLES: [&str; 4] = ["plan", "closest", "probes", "update_sources"];

/// Copies the files of a plan in `from`, if there are any, to `folder`: redrawing and verifying do not repeat the
/// search.
///
/// # Errors
/// If one cannot be read or written.
pub fn take_plan_over(from: &Path, folder: &AtomicDirectory) -> Result<(), ReportError> {
    let files = TABLES
        .into_iter()
        .flat_map(|table| TableFormat::ALL.map(|format| format!("{table}.{}", format.ending())));
    for name in files.chain(SCENARIOS.map(String::from)) {
        let path = from.join(&name);
        match fs::read(&path) {
            Ok(content) => folder.write(&name, &content)?,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(ReportError::at(&path, cause)),
        }
    }
    Ok(())
}

impl Planned<'_> {
    /// Writes the tables `probes`, and if there is a plan `plan` and `update_sources` (the customized update source
    /// list, for the console), or else `closest`, and these `scenarios` with their names.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn write(
        &self,
        folder: &AtomicDirectory,
        scenarios: &[(&str, &str)],
        formats: &TableFormats,
    ) -> Result<(), ReportError> {
        let mut tables = vec![self.probes()];
        if let Some(choice) = &self.plan.choice {
            let places = self.places("plan", choice.setting, &choice.numbers);
            tables.extend([places, update_sources(choice)]);
        }
        if let Some(closest) = &self.plan.closest {
            tables.push(self.places("closest", closest.setting, &closest.numbers));
        }
        write_all(&tables, formats, folder)?;
        scenarios.iter().try_for_each(|(name, text)| folder.write(name, text.as_bytes()))
    }

    fn probes(&self) -> Table<'_> {
        let probes = Table::of("probes", &self.plan.probes)
            .text("setting", |probe| self.setting(probe.setting))
            .text("rule", |probe| probe.rule.unwrap_or_default())
            .integer("update_agents", |probe| probe.update_agents)
            .flag("fresh", |probe| probe.fresh)
            .integer("days", |probe| probe.days)
            .integer("days_met", |probe| probe.met);
        let targets = self.targets.iter().enumerate();
        let all = targets.fold(probes, |table, (place, target)| {
            let [mean, missed] =
                ["mean", "days_missed"].map(|of| format!("{of}_{}", target.metric.name));
            table
                .number(&mean, |probe| probe.means[place].and_then(Number::real))
                .integer(&missed, |probe| probe.missed[place])
        });
        all.done()
    }

    /// The sites that have Update Agents with these numbers, or have some in the scenario.
    fn places(&self, name: &str, setting: usize, numbers: &[u32]) -> Table<'_> {
        let (before, served) = (self.before(setting), self.served(numbers));
        let all = self.plan.places.iter().zip(numbers.iter().copied().zip(before)).zip(served);
        let rows = all.map(|((place, numbers), served)| (place, numbers, served));
        Table::of(name, rows.filter(|(_, numbers, _)| *numbers != (0, 0)))
            .text("site", |(place, ..)| place.site.as_str())
            .integer("update_agents", |(_, (number, _), _)| number)
            .integer("update_agents_before", |(_, (_, before), _)| before)
            .integer("agents", |(place, ..)| place.agents)
            .integer("agents_served", |(.., served)| served)
            .done()
    }

    /// The number of agents that the Update Agents of each place serve, using the scenario's means.
    fn served(&self, numbers: &[u32]) -> Vec<u64> {
        let places = &self.plan.places;
        let mut served = vec![0; places.len()];
        for (place, from) in places.iter().zip(served_from(places, numbers)) {
            if let Some(from) = from {
                served[from] += place.agents;
            }
        }
        served
    }
}

/// The customized update source list in the console's form: address ranges in order (SRC-2).
fn update_sources(choice: &Choice) -> Table<'_> {
    Table::of("update_sources", (1_u64..).zip(&choice.scenario.update_sources))
        .integer("order", |(order, _)| order)
        .text("from_address", |(_, entry)| entry.range.first().to_string())
        .text("to_address", |(_, entry)| entry.range.last().to_string())
        .text("prefix", |(_, entry)| entry.range.to_string())
        .text("update_agent", |(_, entry)| entry.source.name())
        .done()
}
