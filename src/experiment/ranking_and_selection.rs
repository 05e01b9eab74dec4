//! Ranking and selection: finds the system with the least mean, with a given probability of being right.
//!
//! The procedure is KN (S.-H. Kim and B. L. Nelson, *A fully sequential procedure for indifference-zone selection in
//! simulation*, ACM TOMACS 11, 2001). It compares paired differences, so common random numbers help. If the best is better
//! than all others by the indifference zone, it is selected with at least the required probability; smaller differences do
//! not matter. Values must be nearly normal, as means over many agents are.

use super::intervals::{mean, variance};

/// The parameters of a selection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SelectionRule {
    /// The probability of a correct selection, in percent: above 50, below 100.
    pub percent: f64,
    /// The smallest relevant difference, in the unit of the values; above 0.
    pub indifference: f64,
    /// The number of replications of each system before the first comparison: at least 2.
    pub first_stage: u32,
    /// The number of replications of each remaining system between comparisons. A longer step does not reduce the
    /// probability, and uses more cores.
    pub step: u32,
    /// The maximum number of replications of a system; at least that of the first stage.
    pub most: u32,
}

/// The result of a selection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The best system; `None` if several were left at the maximum, or none.
    pub best: Option<usize>,
    /// The best system, or else the one with the least mean of those left at the maximum.
    pub leader: Option<usize>,
    /// The outcome of each system.
    pub systems: Vec<System>,
}

/// The outcome of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct System {
    /// Its outcome.
    pub fate: Fate,
    /// The number of its replications.
    pub replications: u32,
    /// Whether its mean differed from that of the leader by less than the indifference zone, over common replications:
    /// then the two are practically equal.
    pub is_close: bool,
}

/// How a system ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It is the best.
    Best,
    /// Another was better.
    Worse,
    /// Some replication had no value: the mean is undefined.
    Never,
    /// It was left at the maximum number of replications.
    Undecided,
}

/// The systems during sampling.
struct Systems<'a> {
    rule: &'a SelectionRule,
    values: Vec<Vec<f64>>,
    /// The number of replications of each.
    made: Vec<u32>,
    fates: Vec<Option<Fate>>,
    /// The variances of the paired differences in the first stage.
    variances: Vec<Vec<f64>>,
}

/// Selects one of `count` systems. `sample(left, more)` yields `more` further values of each remaining system, in the
/// order of replications, with the same random numbers for all; `None`: never reached.
///
/// # Errors
/// An error of `sample`.
pub fn select<E>(
    rule: &SelectionRule,
    count: usize,
    mut sample: impl FnMut(&[usize], u32) -> Result<Vec<Vec<Option<f64>>>, E>,
) -> Result<Selection, E> {
    let (values, made, fates) = (vec![Vec::new(); count], vec![0; count], vec![None; count]);
    let mut systems = Systems { rule, values, made, fates, variances: Vec::new() };
    let mut more = rule.first_stage;
    let mut made = 0;
    loop {
        let left = systems.left();
        let values = sample(&left, more)?;
        made += more;
        systems.take(&left, values);
        if systems.variances.is_empty() {
            systems.variances = systems.paired_variances();
        }
        systems.screen();
        more = rule.step.min(rule.most.saturating_sub(made));
        if systems.left().len() < 2 || more == 0 {
            return Ok(systems.selection());
        }
    }
}

impl Systems<'_> {
    fn left(&self) -> Vec<usize> {
        (0..self.fates.len()).filter(|system| self.fates[*system].is_none()).collect()
    }

    fn take(&mut self, left: &[usize], values: Vec<Vec<Option<f64>>>) {
        for (system, values) in left.iter().zip(values) {
            self.made[*system] += u32::try_from(values.len()).unwrap_or(u32::MAX);
            if values.contains(&None) {
                self.fates[*system] = Some(Fate::Never);
            }
            self.values[*system].extend(values.into_iter().flatten());
        }
    }

    fn paired_variances(&self) -> Vec<Vec<f64>> {
        let variance_of = |ours: &Vec<f64>, theirs: &Vec<f64>| {
            let differences = ours.iter().zip(theirs).map(|(ours, theirs)| ours - theirs);
            variance(&differences.collect::<Vec<f64>>()).unwrap_or(0.0)
        };
        let row = |ours| self.values.iter().map(|theirs| variance_of(ours, theirs)).collect();
        self.values.iter().map(row).collect()
    }

    /// Eliminates systems that are so much worse than another that they are unlikely to be the best.
    fn screen(&mut self) {
        let left = self.left();
        let is_worse = |ours: &usize| {
            let beats = |theirs: &usize| {
                self.mean(*ours) - self.mean(*theirs) > self.margin(*ours, *theirs)
            };
            left.iter().any(|theirs| theirs != ours && beats(theirs))
        };
        let (mut worse, stay): (Vec<usize>, Vec<usize>) = left.iter().partition(|at| is_worse(at));
        // Without a remaining margin, none is better than another: the first is chosen.
        let no_margin = |ours: &usize| stay.iter().all(|at| self.margin(*ours, *at) <= 0.0);
        if stay.iter().all(no_margin) {
            worse.extend(stay.iter().skip(1));
        }
        for system in worse {
            self.fates[system] = Some(Fate::Worse);
        }
    }

    fn mean(&self, system: usize) -> f64 {
        mean(&self.values[system]).unwrap_or(f64::INFINITY)
    }

    /// The difference by which one of a pair may look worse by chance: `W` of the paper, with `c = 1`.
    #[expect(clippy::cast_precision_loss, reason = "systems are few")]
    fn margin(&self, ours: usize, theirs: usize) -> f64 {
        let rule = self.rule;
        let (systems, zone) = (self.fates.len() as f64, rule.indifference);
        let freedom = f64::from(rule.first_stage) - 1.0;
        let wrong = 1.0 - rule.percent / 100.0;
        let eta = ((2.0 * wrong / (systems - 1.0)).powf(-2.0 / freedom) - 1.0) / 2.0;
        let h_squared = 2.0 * eta * freedom;
        let made = f64::from(self.made[ours]);
        let needed = h_squared * self.variances[ours][theirs] / (zone * zone);
        (zone / (2.0 * made) * (needed - made)).max(0.0)
    }

    fn selection(mut self) -> Selection {
        let left = self.left();
        let leader = left.iter().copied().min_by(|a, b| self.mean(*a).total_cmp(&self.mean(*b)));
        let best = leader.filter(|_| left.len() == 1);
        for system in left {
            let fate = if best.is_some() { Fate::Best } else { Fate::Undecided };
            self.fates[system] = Some(fate);
        }
        let system = |place: usize| System {
            fate: self.fates[place].unwrap_or(Fate::Undecided),
            replications: self.made[place],
            is_close: leader.is_some_and(|leader| self.is_close(place, leader)),
        };
        Selection { best, leader, systems: (0..self.fates.len()).map(system).collect() }
    }

    /// Whether two means differ by less than the indifference zone.
    fn is_close(&self, ours: usize, theirs: usize) -> bool {
        let both = self.values[ours].len().min(self.values[theirs].len());
        let mean_of = |system: usize| mean(&self.values[system][..both]);
        let apart = mean_of(ours).zip(mean_of(theirs)).map(|(ours, theirs)| (ours - theirs).abs());
        self.fates[ours] != Some(Fate::Never)
            && apart.is_some_and(|apart| apart < self.rule.indifference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: SelectionRule =
        SelectionRule { percent: 95.0, indifference: 1.0, first_stage: 10, step: 4, most: 200 };

    /// Selects among systems whose values are a function of the replication, from 1.
    fn among(rule: &SelectionRule, systems: &[fn(u32) -> Option<f64>]) -> Selection {
        let mut made = 0;
        let sampled = select(rule, systems.len(), |left, more| {
            let from = made;
            made += more;
            let of = |system: &usize| (from + 1..=made).map(systems[*system]).collect();
            Ok::<_, ()>(left.iter().map(of).collect())
        });
        sampled.expect("nothing stops it")
    }

    fn fates(selection: &Selection) -> Vec<(Fate, u32, bool)> {
        selection.systems.iter().map(|at| (at.fate, at.replications, at.is_close)).collect()
    }

    /// Variation that all share, with a mean of 0 over two replications.
    fn noise(nth: u32) -> f64 {
        if nth.is_multiple_of(2) { 100.0 } else { -100.0 }
    }

    #[test]
    fn a_difference_common_to_all_cancels_out() {
        let found = among(
            &RULE,
            &[|nth| Some(noise(nth) + 3.0), |nth| Some(noise(nth)), |nth| Some(noise(nth) + 0.5)],
        );
        assert_eq!((found.best, found.leader), (Some(1), Some(1)));
        assert_eq!(
            fates(&found),
            [(Fate::Worse, 10, false), (Fate::Best, 10, true), (Fate::Worse, 10, true)]
        );
    }

    #[test]
    fn equals_are_decided_too() {
        let found = among(&RULE, &[|_| Some(7.0), |_| Some(7.0)]);
        assert_eq!(found.best, Some(0));
        assert_eq!(fates(&found), [(Fate::Best, 10, true), (Fate::Worse, 10, true)]);
    }

    #[test]
    fn an_option_that_never_reaches_it_is_eliminated() {
        let found = among(&RULE, &[|nth| Some(1.0).filter(|_| nth != 10), |_| Some(70.0)]);
        assert_eq!(found.best, Some(1));
        assert_eq!(fates(&found), [(Fate::Never, 10, false), (Fate::Best, 10, true)]);
        let none = among(&RULE, &[|_| None, |nth| Some(1.0).filter(|_| nth > 3)]);
        assert_eq!((none.best, none.leader), (None, None));
        assert_eq!(fates(&none), [(Fate::Never, 10, false), (Fate::Never, 10, false)]);
    }

    #[test]
    fn the_cap_leaves_it_open_and_says_who_leads() {
        let rule = SelectionRule { most: 25, ..RULE };
        let found =
            among(&rule, &[|nth| Some(noise(nth)), |nth| Some(-noise(nth) + 0.25), |_| Some(1e6)]);
        assert_eq!((found.best, found.leader), (None, Some(0)));
        // After 25, an odd number, the noise has not cancelled out.
        assert_eq!(
            fates(&found),
            [(Fate::Undecided, 25, true), (Fate::Undecided, 25, false), (Fate::Worse, 10, false)]
        );
    }
}
