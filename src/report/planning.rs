//! A plan: as people and programs read it at the terminal, and as files for the console.

mod telling;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use serde_json::{Value, json};

use super::atomic_directory::{AtomicDirectory, ReportError};
use super::quantities::quantity;
use super::results::Purpose;
use super::tables::{Number, Table, TableFormat, TableFormats, write_all};
use crate::experiment::plan::{
    Choice, Halt, Plan, Probe, RULES_OF_THUMB, RuleOfThumb, Setting, Target,
};
use crate::scenario::served_from;

/// So many lines of what was tried are shown; probes.csv has all.
const SHOWN: usize = 16;

/// The scenario with the plan in it, what of it is not in the scenario that was planned, and what came
/// closest where there is no plan.
const SCENARIOS: [&str; 3] = ["plan.toml", "plan-overlay.toml", "closest.toml"];

/// The tables that a plan's folder holds beside a run's.
const TABLES: [&str; 4] = ["plan", "closest", "probes", "update_sources"];

/// Takes the files of a plan in `from`, if it holds one, over into `folder`: a search is not made again
/// to draw or to verify the run beside them.
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

/// A plan with what was asked.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// The answer.
    pub plan: &'a Plan,
    /// The settings of the levers.
    pub settings: &'a [Setting],
    /// What had to hold.
    pub targets: &'a [Target],
    /// On which share of days, from 0 to 1.
    pub confidence: f64,
}

impl Planned<'_> {
    /// Writes the tables `probes`, and if there is a plan `plan` and `update_sources` (the customized
    /// update source list, for the console), or else `closest`, and these `scenarios` with their names.
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

    /// The question and its answer, for the page; `command` is what was asked.
    pub fn purpose(&self, command: Vec<String>) -> Purpose {
        let targets: Vec<String> = self.targets.iter().map(ToString::to_string).collect();
        let question = format!(
            "With how many Update Agents, and where, does {} hold on {:.1} % of days?",
            targets.join(" and "),
            100.0 * self.confidence
        );
        let agents = |numbers: &[u32]| {
            let sites = numbers.iter().filter(|number| **number > 0).count();
            let all = numbers.iter().sum::<u32>() as usize;
            format!("{} at {}", counted(all, "Update Agent"), counted(sites, "site"))
        };
        let under = |setting: usize| self.settings[setting].scenario.option.name();
        let answer = match (&self.plan.choice, &self.plan.closest) {
            (Some(choice), _) => format!(
                "With {} under {}: all held on {} of {} days that the search had not seen. The places \
                 stand in plan.csv, the list for the console in update_sources.csv.",
                agents(&choice.numbers),
                under(choice.setting),
                choice.met,
                choice.days
            ),
            (None, Some(closest)) => format!(
                "With none that was tried. What came closest, {} under {}, held on {} of {} days; \
                 probes.csv has all that was tried.",
                agents(&closest.numbers),
                under(closest.setting),
                closest.probe.met,
                closest.probe.days
            ),
            (None, None) => "With none that was tried: probes.csv has all.".into(),
        };
        Purpose { question, answer, command }
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

    /// The sites that have Update Agents by these numbers, or have in the scenario.
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

    /// How many agents the Update Agents of each place serve, by the mean of what the scenario draws.
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

    /// The levers of a setting, in words.
    fn setting(&self, number: usize) -> String {
        let words: Vec<String> = self.settings[number]
            .levers
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        if words.is_empty() { "as it is".into() } else { words.join(" ") }
    }

    /// For the terminal, at most 80 columns wide.
    pub fn as_text(&self) -> String {
        let mut out = String::new();
        match &self.plan.choice {
            Some(choice) => self.tell_choice(choice, &mut out),
            None => self.tell_failure(&mut out),
        }
        if let Some(closest) = &self.plan.closest {
            self.tell_closest(closest, &mut out);
        }
        self.tell_bound(&mut out);
        self.tell_probes(&mut out);
        match self.plan.halt {
            Some(Halt::BudgetSpent) => out.push_str(
                "\nThe budget was spent before the search was through: fewer may do. --budget N gives more.\n",
            ),
            Some(Halt::Interrupted) | None => {}
        }
        out
    }

    fn tell_choice(&self, choice: &Choice, out: &mut String) {
        let total: u32 = choice.numbers.iter().sum();
        let sites = choice.numbers.iter().filter(|number| **number > 0).count();
        let at = if total == 0 { String::new() } else { format!(" at {}", counted(sites, "site")) };
        let _ = writeln!(
            out,
            "Plan: {}{at}, option {}",
            counted(total as usize, "Update Agent"),
            choice.scenario.option.name()
        );
        let levers = self.setting(choice.setting);
        if !self.settings[choice.setting].levers.is_empty() {
            let _ = writeln!(out, "  with {levers}");
        }
        for target in self.targets {
            let _ = writeln!(out, "  {target}");
        }
        let _ = writeln!(
            out,
            "  held on {} of {} days that the search had not seen: with 95 % confidence on at\n  \
             least {:.1} % of days; {:.1} % were asked for",
            choice.met,
            choice.days,
            100.0 * choice.bound,
            100.0 * self.confidence
        );
        if total > 0 {
            self.tell_places(choice, out);
        }
        self.tell_changes(choice, out);
    }

    fn tell_places(&self, choice: &Choice, out: &mut String) {
        out.push_str("\nUpdate Agents\n");
        let mut by_number: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
        for (place, number) in self.plan.places.iter().zip(&choice.numbers) {
            if *number > 0 {
                by_number.entry(*number).or_default().push(&place.site);
            }
        }
        for (number, sites) in by_number.into_iter().rev() {
            let each = if sites.len() > 1 { " each" } else { "" };
            let line = format!("{number}{each} at {}", sites.join(", "));
            let options =
                textwrap::Options::new(78).initial_indent("  ").subsequent_indent("      ");
            let _ = writeln!(out, "{}", textwrap::fill(&line, options));
        }
    }

    fn tell_failure(&self, out: &mut String) {
        let most = self.plan.probes.iter().map(|probe| probe.update_agents).max().unwrap_or(0);
        let _ = writeln!(out, "No plan of up to {} meets", counted(most as usize, "Update Agent"));
        for target in self.targets {
            let _ = writeln!(out, "  {target}");
        }
        let _ = writeln!(out, "on {:.1} % of days.", 100.0 * self.confidence);
    }

    fn tell_probes(&self, out: &mut String) {
        out.push_str("\nWhat was tried: Update Agents, days on which all was met, and means\n");
        // Of equal ones the best, so that a reader sees what each number can do.
        let mut best: BTreeMap<(usize, u32, bool, Option<&str>), &Probe> = BTreeMap::new();
        for probe in &self.plan.probes {
            let kept = best
                .entry((probe.setting, probe.update_agents, probe.fresh, probe.rule))
                .or_insert(probe);
            let share = |probe: &Probe| f64::from(probe.met) / f64::from(probe.days);
            if share(probe) > share(kept) {
                *kept = probe;
            }
        }
        let several = self.settings.len() > 1;
        let skipped = best.len().saturating_sub(SHOWN);
        for probe in best.values().take(SHOWN) {
            let of = format!("{} of {}", probe.met, probe.days);
            let _ = write!(out, "{:>6}  {of:>10}", probe.update_agents);
            for (target, mean) in self.targets.iter().zip(&probe.means) {
                let shown =
                    mean.map_or_else(|| "never".into(), |mean| quantity(target.metric.unit, mean));
                let _ = write!(out, "  {shown:>14}");
            }
            let fresh = match probe.rule {
                Some(rule) => format!("  {rule}"),
                None if probe.fresh => "  (fresh days)".into(),
                None => String::new(),
            };
            let levers =
                if several { format!("  {}", self.setting(probe.setting)) } else { String::new() };
            let _ = writeln!(out, "{fresh}{levers}");
        }
        self.tell_rules(out);
        if skipped > 0 {
            let _ = writeln!(out, "     … {skipped} more in probes.csv");
        }
    }

    /// What the rules of thumb say, if they were followed.
    fn tell_rules(&self, out: &mut String) {
        let followed = |rule: &&RuleOfThumb| {
            self.plan.probes.iter().any(|probe| probe.rule == Some(rule.name))
        };
        for rule in RULES_OF_THUMB.iter().filter(followed) {
            let line = format!("{}: {}. {}.", rule.name, rule.says, rule.source);
            let options = textwrap::Options::new(78).subsequent_indent("  ");
            let _ = write!(out, "\n{}\n", textwrap::fill(&line, options));
        }
    }

    /// For programs.
    pub fn as_json(&self) -> Value {
        let plan = self.plan;
        let choice = plan.choice.as_ref().map(|choice| {
            let standing = plan.places.iter().zip(&choice.numbers).filter(|(_, number)| **number > 0);
            json!({
                "update_agents": choice.numbers.iter().sum::<u32>(),
                "option": choice.scenario.option.name(),
                "levers": self.settings[choice.setting].levers.iter().cloned().collect::<BTreeMap<_, _>>(),
                "places": standing
                    .map(|(place, number)| json!({ "site": place.site, "update_agents": number }))
                    .collect::<Vec<_>>(),
                "fresh_days": choice.days,
                "fresh_days_met": choice.met,
                "share_of_days_at_least": choice.bound,
            })
        });
        let closest = plan.closest.as_ref().map(|closest| {
            json!({
                "update_agents": closest.numbers.iter().sum::<u32>(),
                "days": closest.probe.days,
                "days_missed": closest.probe.missed,
                "means": closest.probe.means,
            })
        });
        let changes = plan.choice.as_ref().map(|choice| {
            let [add, change, remove] = telling::sums(&self.changes(choice));
            json!({ "add": add, "change": change, "remove": remove })
        });
        json!({
            "targets": self.targets.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "confidence": self.confidence,
            "plan": choice,
            "changes": changes,
            "closest": closest,
            "lower_bound": plan.bound,
            "gap": self.gap(),
            "runs": plan.runs,
            "budget_spent": plan.halt == Some(Halt::BudgetSpent),
        })
    }
}

/// The customized update source list as the console takes it: address ranges in order (SRC-2).
fn update_sources(choice: &Choice) -> Table<'_> {
    Table::of("update_sources", (1_u64..).zip(&choice.scenario.update_sources))
        .integer("order", |(order, _)| order)
        .text("from_address", |(_, entry)| entry.range.first().to_string())
        .text("to_address", |(_, entry)| entry.range.last().to_string())
        .text("prefix", |(_, entry)| entry.range.to_string())
        .text("update_agent", |(_, entry)| entry.source.name())
        .done()
}

fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {what}{plural}", if number == 0 { "no".into() } else { number.to_string() })
}
