//! What a plan changes, what is known of fewer, and what came closest where there is no plan.

use std::fmt::Write as _;

use super::{Planned, SHOWN, counted};
use crate::experiment::plan::{Choice, Closest, Numbers, Side};
use crate::report::quantities::quantity;

/// A site at which a plan changes something: its name, how many Update Agents the scenario has there,
/// and how many are planned.
pub(super) type Change<'a> = (&'a str, u32, u32);

impl Planned<'_> {
    /// What `choice` changes of the Update Agents that the scenario has.
    pub(super) fn changes(&self, choice: &Choice) -> Vec<Change<'_>> {
        let before = self.before(choice.setting);
        let sites = self.plan.places.iter().map(|place| place.site.as_str());
        let all = sites.zip(before).zip(&choice.numbers);
        let changes = all.map(|((site, before), planned)| (site, before, *planned));
        changes.filter(|(_, before, planned)| before != planned).collect()
    }

    /// How many Update Agents the scenario itself has at each place.
    pub(super) fn before(&self, setting: usize) -> Numbers {
        self.settings[setting].scenario.update_agents_at(&self.plan.places)
    }

    /// The changes as a plan of Terraform's tells them.
    pub(super) fn tell_changes(&self, choice: &Choice, out: &mut String) {
        let changes = self.changes(choice);
        let [add, change, remove] = sums(&changes);
        if !changes.is_empty() {
            out.push_str("\nChanges to the Update Agents of the scenario\n");
        }
        let shown = &changes[..changes.len().min(SHOWN)];
        let width = shown.iter().map(|(site, ..)| site.chars().count()).max().unwrap_or(0);
        for (site, before, planned) in shown {
            let (sign, number) = match (before, planned) {
                (0, planned) => ('+', agents(*planned)),
                (before, 0) => ('-', agents(*before)),
                (before, planned) => ('~', format!("{before} → {}", agents(*planned))),
            };
            let _ = writeln!(out, "  {sign} {site:width$}  {number}");
        }
        if changes.len() > SHOWN {
            let _ = writeln!(out, "  … {} more in plan.csv", changes.len() - SHOWN);
        }
        let _ = writeln!(out, "\nSites: {add} to add, {change} to change, {remove} to remove");
    }

    /// What the search proves of fewer Update Agents, as an optimiser would.
    pub(super) fn tell_bound(&self, out: &mut String) {
        let bound = self.plan.bound;
        let line = match self.gap() {
            // Nobody needs fewer than none, and who follows rules of thumb proves nothing.
            _ if bound == 0 => return,
            Some(0) => format!(
                "Bound: {bound}, gap 0: every placement of fewer was tried, and failed on days of the search."
            ),
            Some(gap) => format!(
                "Bound: at least {bound}, gap {gap} ({:.1} %): every placement of fewer than {bound} was \
                 tried, and failed on days of the search; of {bound} to {}, not every one was.",
                100.0 * f64::from(gap) / f64::from(bound + gap),
                bound + gap - 1
            ),
            None => format!(
                "Bound: at least {bound}: every placement of fewer was tried, and failed on days of the \
                 search; of more, not every one was."
            ),
        };
        let _ = writeln!(out, "\n{}", textwrap::fill(&line, 78));
    }

    /// By how many Update Agents the plan is above the bound, if there is one.
    pub(super) fn gap(&self) -> Option<u32> {
        let choice = self.plan.choice.as_ref()?;
        Some(choice.numbers.iter().sum::<u32>().saturating_sub(self.plan.bound))
    }

    /// What came closest: which targets it missed, on how many days, and by how much.
    pub(super) fn tell_closest(&self, closest: &Closest, out: &mut String) {
        let Closest { setting, numbers, scenario, probe, .. } = closest;
        let _ = write!(
            out,
            "\nClosest: {}, option {}",
            counted(numbers.iter().sum::<u32>() as usize, "Update Agent"),
            scenario.option.name()
        );
        if !self.settings[*setting].levers.is_empty() {
            let _ = write!(out, ", {}", self.setting(*setting));
        }
        out.push('\n');
        for ((target, mean), missed) in self.targets.iter().zip(&probe.means).zip(&probe.missed) {
            let shown = |number| quantity(target.metric.unit, number);
            let how = match mean {
                None => "on some it never came about".into(),
                Some(mean) => {
                    let beyond = match target.side {
                        Side::AtMost => mean - target.limit,
                        Side::AtLeast => target.limit - mean,
                    };
                    let (beyond, word) =
                        if beyond > 0.0 { (beyond, "beyond") } else { (-beyond, "within") };
                    format!("{} in the mean, {} {word}", shown(*mean), shown(beyond))
                }
            };
            let _ =
                writeln!(out, "  {target}\n    missed on {missed} of {} days; {how}", probe.days);
        }
    }
}

/// How many sites are added, changed and removed.
pub(super) fn sums(changes: &[Change<'_>]) -> [usize; 3] {
    let count = |is: fn(&Change<'_>) -> bool| changes.iter().filter(|change| is(change)).count();
    let (add, remove) =
        (count(|(_, before, _)| *before == 0), count(|(.., planned)| *planned == 0));
    [add, changes.len() - add - remove, remove]
}

fn agents(number: u32) -> String {
    counted(number as usize, "Update Agent")
}
