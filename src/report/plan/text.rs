//! A plan as text, at most 80 columns wide.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::planned::{Planned, sums, update_agents};
use crate::answer::quantities::{counted, mean_or_never, quantity};
use crate::experiment::plan::{
    Choice, Closest, Goal, Halt, Probe, RULES_OF_THUMB, RuleOfThumb, Side,
};

/// The maximum number of missed days that are listed; days.csv has all.
const MISSED: usize = 6;

/// The maximum number of candidates that are listed; probes.csv has all.
const SHOWN: usize = 16;

impl Planned<'_> {
    /// The text for the terminal, at most 80 columns wide.
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
        self.tell_missed_days(&mut out);
        self.tell_risk(&mut out);
        self.tell_front(&mut out);
        self.tell_probes(&mut out);
        match self.plan.halt {
            Some(Halt::BudgetSpent) => {
                let open = if self.plan.choice.is_some() {
                    "fewer may be enough"
                } else {
                    "there may be a plan"
                };
                let _ = writeln!(
                    out,
                    "\nThe budget ran out before the search was complete: {open}. --budget N increases it."
                );
            }
            Some(Halt::Interrupted) | None => {}
        }
        out
    }

    fn tell_choice(&self, choice: &Choice, out: &mut String) {
        let total: u32 = choice.numbers.iter().sum();
        let agents = update_agents(&choice.numbers);
        let _ = writeln!(out, "Plan: {agents}, option {}", choice.scenario.option.name());
        let levers = self.setting(choice.setting);
        if !self.settings[choice.setting].levers.is_empty() {
            let _ = writeln!(out, "  with {levers}");
        }
        if let Some(cost) = choice.cost {
            let own = self.price_of(total).unwrap_or_default();
            let (cost, own) = (quantity("cost", cost), quantity("cost", own));
            let _ = writeln!(out, "  costs {cost} a year, of it {own} for Update Agents");
        }
        for target in self.targets {
            let _ = writeln!(out, "  {target}");
        }
        if !self.targets.is_empty() {
            let off = self.off().map_or(String::new(), |off| format!(", with {off} off,"));
            let line = format!(
                "held{off} on {} of {} days that the search had not seen: with 95 % confidence on at \
                 least {:.1} % of days; {:.1} % were required",
                choice.met,
                choice.days,
                100.0 * choice.bound,
                100.0 * self.confidence
            );
            let _ = writeln!(out, "{}", wrapped(&line));
        }
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
        let probes = &self.plan.probes;
        let most = probes.iter().map(|probe| probe.update_agents).max().unwrap_or(0);
        let up_to = format!("of up to {}", counted(most as usize, "Update Agent"));
        let is_proven = self.plan.bound > most && self.plan.halt.is_none();
        let _ = if is_proven {
            writeln!(out, "No plan {up_to} meets")
        } else {
            writeln!(out, "No plan was found that meets")
        };
        for target in self.targets {
            let _ = writeln!(out, "  {target}");
        }
        let _ = writeln!(out, "on {:.1} % of days.", 100.0 * self.confidence);
        if !is_proven {
            let tried: BTreeSet<_> = probes.iter().map(|at| (at.setting, &at.numbers)).collect();
            let _ = writeln!(out, "Tried: {} {up_to}.", counted(tried.len(), "candidate"));
        }
    }

    fn tell_probes(&self, out: &mut String) {
        out.push_str("\nCandidates: Update Agents, days on which all targets were met, means\n");
        // The closest to the targets, which shows what each number can achieve.
        let mut best: BTreeMap<(usize, u32, bool, Option<&str>), &Probe> = BTreeMap::new();
        for probe in &self.plan.probes {
            let kept = best
                .entry((probe.setting, probe.update_agents, probe.fresh, probe.rule))
                .or_insert(probe);
            if probe.is_closer_than(kept) {
                *kept = probe;
            }
        }
        let several = self.settings.len() > 1;
        let skipped = best.len().saturating_sub(SHOWN);
        for probe in best.values().take(SHOWN) {
            let of = format!("{} of {}", probe.met, probe.days);
            let _ = write!(out, "{:>6}  {of:>10}", probe.update_agents);
            for (target, mean) in self.targets.iter().zip(&probe.means) {
                let _ = write!(out, "  {:>14}", mean_or_never(target.metric.unit, *mean));
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

    /// The results of the rules of thumb, if they were applied.
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

    /// The changes in the form of a Terraform plan.
    fn tell_changes(&self, choice: &Choice, out: &mut String) {
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

    /// The days on which the answer missed a target, and why.
    fn tell_missed_days(&self, out: &mut String) {
        let missed = self.missed();
        if missed.is_empty() {
            return;
        }
        let of = if self.plan.choice.is_some() { "fresh days" } else { "days of the closest" };
        let _ = writeln!(out, "\nMissed: {} of {} {of}", missed.len(), self.days().len());
        for day in missed.iter().take(MISSED) {
            let line = format!("day {}: {}; {}", day.day, day.values.join(", "), day.cause);
            let _ = writeln!(out, "{}", wrapped(line.trim_end_matches("; ")));
        }
        if missed.len() > MISSED {
            let _ = writeln!(out, "  … {} more in days.csv", missed.len() - MISSED);
        }
    }

    /// The share of days on which a target is missed, by the number of Update Agents.
    fn tell_risk(&self, out: &mut String) {
        let risk = self.risk();
        if risk.len() < 2 || self.targets.is_empty() {
            return;
        }
        out.push_str("\nRisk: Update Agents, days of the search on which a target was missed\n");
        for at in &risk {
            let share = 100.0 * f64::from(at.missed) / f64::from(at.days.max(1));
            let of = format!("{} of {}", at.missed, at.days);
            let _ = writeln!(out, "{:>6}  {of:>10}  {share:>5.1} %", at.update_agents);
        }
    }

    /// The front of cost and time.
    fn tell_front(&self, out: &mut String) {
        let points = self.trade_off();
        let front: Vec<_> = points.iter().filter(|at| at.is_on_front).collect();
        if points.len() < 2 {
            return;
        }
        out.push_str("\nCost of a year against time: nothing tried is cheaper and as soon\n");
        for at in front.iter().take(SHOWN) {
            let (cost, time) = (quantity("cost", at.cost), mean_or_never("s", at.protected_s));
            let levers =
                if at.levers.is_empty() { String::new() } else { format!("  {}", at.levers) };
            let agents = agents(at.update_agents);
            let _ = writeln!(out, "{cost:>12}  95 % after {time:<14}  {agents}{levers}");
        }
    }

    /// The bound on smaller numbers of Update Agents, as an optimiser reports it.
    fn tell_bound(&self, out: &mut String) {
        let bound = self.plan.bound;
        if self.goal == Goal::Cheapest && self.plan.choice.is_some() {
            out.push_str(if self.plan.is_complete {
                "\nNo placement is cheaper: every one that could be was tried.\n"
            } else {
                "\nNot every placement that could be cheaper was tried.\n"
            });
            return;
        }
        let line = match self.gap() {
            // A bound of zero is trivial, and rules of thumb give no bound.
            _ if bound == 0 => return,
            Some(0) => format!(
                "Bound: {bound}, gap 0: every smaller placement was tried and failed on the days of the search."
            ),
            Some(gap) => format!(
                "Bound: at least {bound}, gap {gap} ({:.1} %): every placement of fewer than {bound} was \
                 tried and failed on the days of the search; of {bound} to {}, not every one was tried.",
                100.0 * f64::from(gap) / f64::from(bound + gap),
                bound + gap - 1
            ),
            None => format!(
                "Bound: at least {bound}: every placement of fewer was tried and failed on the days of the \
                 search; of more, not every one was tried."
            ),
        };
        let _ = writeln!(out, "\n{}", textwrap::fill(&line, 78));
    }

    /// The closest candidate: the targets that it missed, on how many days, and by how much.
    fn tell_closest(&self, closest: &Closest, out: &mut String) {
        let Closest { setting, numbers, scenario, probe, .. } = closest;
        let agents = update_agents(numbers);
        let _ = write!(out, "\nClosest: {agents}, option {}", scenario.option.name());
        if !self.settings[*setting].levers.is_empty() {
            let _ = write!(out, ", {}", self.setting(*setting));
        }
        out.push('\n');
        for ((target, mean), missed) in self.targets.iter().zip(&probe.means).zip(&probe.missed) {
            let shown = |number| quantity(target.metric.unit, number);
            let how = match mean {
                None => "it was never reached on some days".into(),
                Some(mean) => {
                    let beyond = match target.side {
                        Side::AtMost => mean - target.limit,
                        Side::AtLeast => target.limit - mean,
                    };
                    let (beyond, word) =
                        if beyond > 0.0 { (beyond, "beyond") } else { (-beyond, "within") };
                    format!("{} on average, {} {word}", shown(*mean), shown(beyond))
                }
            };
            let _ =
                writeln!(out, "  {target}\n    missed on {missed} of {} days; {how}", probe.days);
        }
    }
}

/// An indented paragraph.
fn wrapped(line: &str) -> String {
    textwrap::fill(line, textwrap::Options::new(79).initial_indent("  ").subsequent_indent("  "))
}

fn agents(number: u32) -> String {
    counted(number as usize, "Update Agent")
}
