//! Releases that are withdrawn or rolled back, and the agents that have one.
//!
//! A withdrawn release is no longer available from `ActiveUpdate`; sources and agents that have it keep it, and
//! continue to serve it. A rolled-back release is removed from the server, which commands every agent that has it to
//! return to the previous version, which agents keep on their own disks (an assumption). If the vendor still offers the
//! release, the server fetches it again at its next check.

use crate::ids::{AgentId, ComponentId, ReleaseId, RowId};
use crate::model::trigger::Message;
use crate::model::version::{Offer, Spans, Version};
use crate::policy::content;
use crate::policy::notification::skipped_by_order;
use crate::policy::recall::newest_left;
use crate::simulation::fact::{Fact, Recall};
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::round_id::RoundId;
use crate::simulation::run::Simulation;
use crate::simulation::state::{ACTIVE_UPDATE, FIRST_VERSION, update_agent_source};

impl Simulation<'_> {
    /// The vendor withdraws a release: `ActiveUpdate` offers the previous version.
    pub(super) fn withdraw_release(&mut self, id: ReleaseId) {
        for (component, version) in self.brought(id) {
            self.recalls.withdrawn.insert((component, version));
            let issued = self.newest.issued[component];
            let withdrawn = &self.recalls.withdrawn;
            let left = newest_left(issued, FIRST_VERSION, |version| {
                withdrawn.contains(&(component, version))
            });
            self.sources[ACTIVE_UPDATE].repository.offers[component].latest = left;
        }
        self.other_sources_follow();
        self.recall(id, Recall::Withdrawn);
    }

    /// The administrator rolls a release back: the server offers its previous version, and commands every agent
    /// that has the release to return, if a command at the console reaches it.
    pub(super) fn roll_back_release(&mut self, id: ReleaseId) {
        self.abandon_server_update();
        for (component, version) in self.brought(id) {
            self.server_goes_back(component, version);
        }
        self.recall(id, Recall::RolledBack);
        let found = self.recalls.carriers.iter().find(|(release, _)| *release == id);
        let carriers: Vec<AgentId> = found
            .into_iter()
            .flat_map(|(_, has)| has.rows())
            .filter_map(|(agent, has)| has.then_some(agent))
            .collect();
        for agent in carriers {
            match skipped_by_order(self.target(SERVER_NOTIFIER, agent)) {
                None => self.enqueue(SERVER_NOTIFIER, agent, Message::RollBack),
                Some(why) => self.note(Fact::SkippedByOrder { agent, why }),
            }
        }
        self.serve_queue(SERVER_NOTIFIER);
    }

    /// The versions that a release brought.
    fn brought(&self, id: ReleaseId) -> Vec<(ComponentId, Version)> {
        let components = self.company.releases[id.index()].components.iter();
        let version = |component| Some((component, self.coverage.version(id, component)?));
        components.filter_map(|component| version(*component)).collect()
    }

    /// The contents of a release are no longer among the newest contents.
    fn recall(&mut self, id: ReleaseId, how: Recall) {
        for (component, version) in self.brought(id) {
            self.recalls.unwanted.insert((component, version));
            let unwanted = &self.recalls.unwanted;
            let issued = self.newest.issued[component];
            self.newest.versions[component] = newest_left(issued, FIRST_VERSION, |version| {
                unwanted.contains(&(component, version))
            });
        }
        self.note(Fact::Recalled { release: id, how });
        self.stop_rollout(id);
        self.count_who_is_up_to_date();
    }

    /// Records the recalled versions, or versions to be recalled, of an agent that now takes others.
    pub(super) fn remember_before_recalled(&mut self, id: RoundId) {
        if self.recalls.carriers.is_empty() {
            return;
        }
        let agent = self.rounds.get(id).agent;
        let own = self.agents.versions(agent);
        for (release, _) in &self.recalls.carriers {
            for &component in &self.company.releases[release.index()].components {
                let target = self.rounds.targets(id)[component.index()].version;
                let own = own[component.index()];
                if self.coverage.version(*release, component) == Some(target) && own != target {
                    self.recalls.before.insert((agent, component), own);
                }
            }
        }
    }

    /// Records which recalled releases an agent now has, or no longer has.
    pub(super) fn note_recalled(&mut self, agent: AgentId) {
        for row in 0..self.recalls.carriers.len() {
            let (release, has) = &self.recalls.carriers[row];
            let (release, had) = (*release, has[agent]);
            let has = self.has_recalled(agent, release);
            if has != had {
                self.recalls.carriers[row].1[agent] = has;
                self.note(if has {
                    Fact::TookRecalled { agent, release }
                } else {
                    Fact::LeftRecalled { agent, release }
                });
            }
        }
    }

    /// Whether an agent has the exact version of a component that a release introduced.
    fn has_recalled(&self, agent: AgentId, release: ReleaseId) -> bool {
        let (scan, scope) = (self.agents.scan[agent], self.settings_of(agent).scope);
        let own = self.agents.versions(agent);
        self.company.releases[release.index()].components.iter().any(|&component| {
            content::gets(&self.company.catalogue[component], scan, scope)
                && self.coverage.version(release, component) == Some(own[component.index()])
        })
    }

    /// An agent returns from every version that was rolled back to its previous version.
    pub(super) fn roll_back(&mut self, agent: AgentId) {
        let mut mine = self.agents.versions(agent).to_vec();
        let mut gone = Vec::new();
        for (release, _) in &self.recalls.carriers {
            let at = self.company.releases[release.index()].rolled_back_at;
            if at.is_none_or(|at| at > self.event_queue.now()) {
                continue;
            }
            for (component, bad) in self.brought(*release) {
                let version = &mut mine[component.index()];
                if *version == bad {
                    let before = self.recalls.before.get(&(agent, component)).copied();
                    *version = before.unwrap_or_else(|| bad.earlier(1));
                    gone.push((component, bad, *version));
                }
            }
        }
        if gone.is_empty() {
            return;
        }
        // A transfer in progress was planned for the version that it leaves.
        self.interrupt_round(agent);
        self.leave_census(agent);
        self.agents.set_versions(agent, &mine);
        self.enter_in_census(agent);
        if let Some(index) = self.update_agents.serving(agent) {
            let offers = &mut self.sources[update_agent_source(index)].repository.offers;
            for (component, bad, latest) in gone {
                if offers[component].latest == bad {
                    offers[component] = Offer { latest, incrementals: Spans::NONE };
                }
            }
        }
        let was_up_to_date = std::mem::take(&mut self.agents.up_to_date[agent]);
        self.note(Fact::RolledBack { agent, was_up_to_date });
        self.note_lost_releases(agent);
        self.judge(agent);
        self.note_recalled(agent);
        self.report(agent);
    }
}
