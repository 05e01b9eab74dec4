//! The tables and scenario files of a plan.

use std::path::Path;
use std::{fs, io};

use super::planned::Planned;
use crate::experiment::plan::{Choice, served_from};
use crate::report::atomic_directory::{AtomicDirectory, ReportError};
use crate::report::run::{RiskPoint, TradeOffPoint, interval};
use crate::report::tables::{Number, Table, TableFormat, TableFormats, write_all};

/// The scenario with the plan, the overlay of the plan, and the closest candidate if there is no plan.
const SCENARIOS: [&str; 3] = ["plan.toml", "plan-overlay.toml", "closest.toml"];

/// The tables of a plan's folder in addition to those of a run.
const TABLES: [&str; 7] =
    ["plan", "closest", "probes", "update_sources", "risk", "trade_off", "days"];

/// The names that files of a plan have, in all formats.
pub(in crate::report) fn plan_files() -> impl Iterator<Item = String> {
    let tables = TABLES
        .into_iter()
        .flat_map(|table| TableFormat::ALL.map(|format| format!("{table}.{}", format.ending())));
    tables.chain(SCENARIOS.map(String::from))
}

/// Copies the files of a plan in `from`, if there are any, to `folder`: redrawing and verifying do not repeat the
/// search.
///
/// # Errors
/// If one cannot be read or written.
pub fn take_plan_over(from: &Path, folder: &AtomicDirectory) -> Result<(), ReportError> {
    for name in plan_files() {
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
        let (risk, trade_off) = (self.risk(), self.trade_off());
        if !risk.is_empty() {
            tables.push(risk_table(&risk));
        }
        if !trade_off.is_empty() {
            tables.push(trade_off_table(&trade_off));
        }
        if !self.days().is_empty() {
            tables.push(self.day_table());
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
        let all = all.text("survives", |_| self.off().unwrap_or_default());
        match self.settings[0].scenario.cost {
            Some(_) => all.number("mean_cost_per_year", |probe| probe.cost.and_then(Number::real)),
            None => all,
        }
        .done()
    }

    /// The days of the answer, with what agents waited for longest.
    #[expect(clippy::cast_precision_loss, reason = "a duration for people")]
    fn day_table(&self) -> Table<'_> {
        let days = Table::of("days", self.days())
            .integer("day", |day| day.number)
            .flag("met", |day| day.is_met);
        let targets = self.targets.iter().enumerate();
        let all = targets.fold(days, |table, (place, target)| {
            table.number(target.metric.name, |day| day.values[place].and_then(Number::real))
        });
        all.text("outage", |day| day.outage.as_deref().unwrap_or_default())
            .text("cause", |day| day.cause.as_ref().map_or("", |wait| wait.reason.name()))
            .text("where", |day| day.cause.as_ref().map_or("", |wait| wait.place.as_str()))
            .number("agent_seconds", |day| {
                day.cause.as_ref().and_then(|wait| Number::real(wait.agent_nanos as f64 / 1e9))
            })
            .done()
    }

    /// The sites that have Update Agents with these numbers, or have some in the scenario.
    fn places(&self, name: &str, setting: usize, numbers: &[u32]) -> Table<'_> {
        let (before, served) = (self.before(setting), self.served(numbers));
        let all = self.plan.places.iter().zip(numbers.iter().copied().zip(before)).zip(served);
        let rows = all.map(|((place, numbers), served)| (place, numbers, served));
        let table = Table::of(name, rows.filter(|(_, numbers, _)| *numbers != (0, 0)))
            .text("site", |(place, ..)| place.site.as_str())
            .integer("update_agents", |(_, (number, _), _)| number)
            .integer("update_agents_before", |(_, (_, before), _)| before)
            .integer("agents", |(place, ..)| place.agents)
            .integer("agents_served", |(.., served)| served);
        match self.settings[setting].scenario.cost {
            Some(_) => table.number("cost_per_year", |(_, (number, _), _)| {
                self.price_of(number).and_then(Number::real)
            }),
            None => table,
        }
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

fn risk_table(risk: &[RiskPoint]) -> Table<'_> {
    let bound = |at: &RiskPoint, low: bool| {
        let found = interval(at).map(|ends| if low { ends.0 } else { ends.1 });
        found.map(Number::probability)
    };
    Table::of("risk", risk)
        .integer("update_agents", |at| at.update_agents)
        .integer("days", |at| at.days)
        .integer("days_missed", |at| at.missed)
        .number("share_missed", |at| {
            Number::probability(f64::from(at.missed) / f64::from(at.days.max(1)))
        })
        .number("ci95_low", |at| bound(at, true))
        .number("ci95_high", |at| bound(at, false))
        .done()
}

fn trade_off_table(points: &[TradeOffPoint]) -> Table<'_> {
    Table::of("trade_off", points)
        .text("option", |at| at.option.as_str())
        .text("setting", |at| at.levers.as_str())
        .integer("update_agents", |at| at.update_agents)
        .integer("days", |at| at.days)
        .integer("days_met", |at| at.met)
        .number("cost_per_year", |at| Number::real(at.cost))
        .number("protected_p95_s", |at| at.protected_s.and_then(Number::real))
        .flag("on_front", |at| at.is_on_front)
        .done()
}
