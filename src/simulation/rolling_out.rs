//! Staged rollouts: until its wave begins, an agent gets no update of what a release contains (an assumption).

use std::collections::BTreeSet;

use crate::ids::{AgentId, Column, ComponentId, ReleaseId, RowId};
use crate::model::component::ContentKind;
use crate::model::version::Version;
use crate::model::wave::{Held, Waves};
use crate::policy::admission::deploys;
use crate::policy::waves::{WaveView, next_begins};
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::notifiers::{number_of, source_of};
use crate::simulation::rollouts::Rollout;
use crate::simulation::run::Simulation;
use crate::simulation::state::Revision;

impl<'a> Simulation<'a> {
    fn waves_of(&self, release: ReleaseId) -> Option<&'a Waves> {
        self.company.releases[release.index()].waves.as_ref()
    }

    /// What `agent` is held back from now.
    pub fn held_back(&self, agent: AgentId) -> Held {
        let cohort = self.company.agents.cohort.get(agent);
        cohort.map_or(Held::NONE, |cohort| self.rollouts.held[*cohort as usize])
    }

    /// Whether agents that are held back so do not get this version of a component: that of the release whose wave they
    /// wait for, or one after it that was recalled. An older one, which a source may still offer, they get.
    #[inline]
    pub fn holds(&self, held: Held, component: ComponentId, version: Version) -> bool {
        held.has(component) && version >= self.rollouts.held_from[component]
    }

    /// The same for a revision of the program.
    #[inline]
    pub(super) fn holds_program(&self, held: Held, revision: Revision) -> bool {
        held.has_program() && revision == self.newest.revisions.program
    }

    /// A release has been published: if it comes in waves, the first one begins.
    pub(super) fn begin_rollout(&mut self, release: ReleaseId) {
        if self.waves_of(release).is_some() {
            let rollout = Rollout {
                wave: 0,
                began: self.event_queue.now(),
                failed: BTreeSet::new(),
                is_stopped: false,
                is_due: false,
            };
            self.rollouts.out.insert(release, rollout);
        }
        self.hold_back();
        if let Some(waves) = self.waves_of(release) {
            self.note(Fact::WaveBegan { release, wave: 0 });
            self.event_queue.after(waves.gap, Event::WaveDue(release));
        }
    }

    /// Determines what each cohort is held back from: the contents of each release whose waves have not come to it,
    /// while nothing newer has been published that was not recalled.
    pub(super) fn hold_back(&mut self) {
        if self.rollouts.counts.is_empty() {
            return;
        }
        self.rollouts.held_from = Column::filled(Version(u16::MAX), self.company.catalogue.len());
        for cohort in 0..self.rollouts.held.len() {
            let number = u32::try_from(cohort).expect("the number of a cohort");
            let mut held = Held::NONE;
            for (id, rollout) in &self.rollouts.out {
                if self.company.wave_of_cohort(number, *id) <= rollout.wave {
                    continue;
                }
                let release = &self.company.releases[id.index()];
                for &component in &release.components {
                    let brought = self.coverage.version(*id, component);
                    if let Some(brought) =
                        brought.filter(|of| *of >= self.newest.versions[component])
                    {
                        held.hold(component);
                        let from = &mut self.rollouts.held_from[component];
                        *from = brought.min(*from);
                    }
                }
                let brought = self.coverage.contents(id.index()).revisions.program;
                if release.program && brought == self.newest.revisions.program {
                    held.hold_program();
                }
            }
            self.rollouts.held[cohort] = held;
        }
        self.memo.forget_plans();
    }

    /// Records whether `agent` now lacks only what it is held back from.
    pub(super) fn note_if_it_awaits_wave(&mut self, agent: AgentId) {
        if self.rollouts.counts.is_empty() {
            return;
        }
        let may_lack = |kind| self.may_lack_newest(agent, kind);
        let now = !self.agents[agent].up_to_date
            && !self.held_back(agent).is_none()
            && !ContentKind::IN_ORDER.into_iter().any(may_lack);
        if self.rollouts.set_awaiting(agent, now) {
            self.note(Fact::AwaitsWave { agent, now });
        }
    }

    /// A release was withdrawn or rolled back: no further wave of it begins.
    pub(super) fn stop_rollout(&mut self, release: ReleaseId) {
        if let Some(rollout) = self.rollouts.out.get_mut(&release) {
            rollout.is_stopped = true;
        }
    }

    /// An agent has a release now, or no longer has it.
    pub(super) fn count_in_wave(&mut self, agent: AgentId, release: ReleaseId, has: bool) {
        if self.rollouts.counts.is_empty() {
            return;
        }
        self.rollouts.count(release, self.company.wave_of(agent, release), has);
        if let Some(rollout) = self.rollouts.out.get_mut(&release) {
            if has {
                rollout.failed.remove(&agent);
            }
            self.look_for_next_wave(release);
        }
    }

    /// An agent has quit without a source for something that it lacks (SRC-5): it has failed to get the releases whose
    /// present wave it belongs to.
    pub(super) fn fails_in_wave(&mut self, agent: AgentId) {
        for (id, rollout) in &mut self.rollouts.out {
            let is_in_it = self.company.wave_of(agent, *id) == rollout.wave;
            if is_in_it && !self.coverage.has(agent, id.index()) {
                rollout.failed.insert(agent);
            }
        }
    }

    /// Whether the next wave of a release may begin, if there is one.
    fn next_wave_begins(&self, release: ReleaseId) -> bool {
        let (Some(waves), Some(rollout)) =
            (self.waves_of(release), self.rollouts.out.get(&release))
        else {
            return false;
        };
        let is_last = usize::from(rollout.wave) + 1 >= waves.names.len();
        let (agents, done) = self.rollouts.counts[&release][usize::from(rollout.wave)];
        let since = self.event_queue.now().since(rollout.began);
        let view = WaveView { since, agents, done, failed: rollout.failed.len() as u64 };
        !is_last && !rollout.is_stopped && next_begins(view, waves)
    }

    fn look_for_next_wave(&mut self, release: ReleaseId) {
        let begins = self.next_wave_begins(release);
        if let Some(rollout) = self.rollouts.out.get_mut(&release).filter(|_| begins)
            && !std::mem::replace(&mut rollout.is_due, true)
        {
            self.event_queue.at(self.event_queue.now(), Event::WaveDue(release));
        }
    }

    /// The next wave of a release begins, if it may: its agents are notified of what their notifiers offer.
    pub(super) fn wave_is_due(&mut self, release: ReleaseId) {
        let begins = self.next_wave_begins(release);
        let now = self.event_queue.now();
        let Some(rollout) = self.rollouts.out.get_mut(&release) else { return };
        rollout.is_due = false;
        if !begins {
            return;
        }
        rollout.wave += 1;
        rollout.began = now;
        rollout.failed.clear();
        let wave = rollout.wave;
        self.hold_back();
        self.note(Fact::WaveBegan { release, wave });
        for agent in self.agents.ids() {
            if self.company.wave_of(agent, release) == wave {
                self.note_if_it_awaits_wave(agent);
            }
        }
        if let Some(waves) = self.waves_of(release) {
            self.event_queue.after(waves.gap, Event::WaveDue(release));
        }
        self.tell_wave(release, wave);
    }

    /// The notifiers of a wave's agents tell them of what they offer (NTF-10).
    fn tell_wave(&mut self, release: ReleaseId, wave: u16) {
        if !deploys(&self.settings().server) {
            return;
        }
        let mut notifiers = Vec::new();
        for agent in self.agents.ids() {
            if self.company.wave_of(agent, release) != wave {
                continue;
            }
            for kind in [ContentKind::Components, ContentKind::Programs] {
                let Some(teller) = self.teller(agent, kind) else { continue };
                let notifier = number_of(teller.notifier);
                if !self.is_awaited(teller, kind) && self.lacks(source_of(notifier), agent, kind) {
                    self.notify(notifier, [agent]);
                    notifiers.push(notifier);
                    break;
                }
            }
        }
        notifiers.sort_unstable();
        notifiers.dedup();
        for notifier in notifiers {
            self.serve_queue(notifier);
        }
    }
}
