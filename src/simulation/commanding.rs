//! Commands of the administrator (SRV-1, SCH-6, NTF-11, SPS-3).

use crate::ids::AgentId;
use crate::model::component::ScanMethod;
use crate::model::trigger::{Command, CommandKind, Message, Trigger};
use crate::model::version::Version;
use crate::policy::notification::skipped_by_order;
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::run::Simulation;

impl Simulation<'_> {
    pub(super) fn announce_commands(&mut self) {
        for (number, command) in (0..).zip(&self.company.commands) {
            self.event_queue.at(command.at, Event::CommandDue(number));
        }
    }

    /// Carries out a command.
    pub(super) fn command(&mut self, number: u32) {
        let command = &self.company.commands[number as usize];
        match command.kind {
            CommandKind::UpdateServer => self.server_updates(),
            CommandKind::UpdateAgents => self.order(command, Message::Manual),
            CommandKind::NotifyAll => self.order(command, Message::FetchSettings),
            CommandKind::UpdateNow => {
                for agent in self.addressees(command) {
                    self.begin_round(agent, Trigger::UpdateNow);
                }
            }
            CommandKind::SwitchToSmartScan => {
                for agent in self.addressees(command) {
                    self.switch_to_smart_scan(agent);
                }
            }
        }
    }

    /// The server notifies agents, with its queue, threads and slots as for any other notification, including agents
    /// that an Update Agent usually notifies.
    fn order(&mut self, command: &Command, message: Message) {
        for agent in self.addressees(command) {
            match skipped_by_order(self.target(SERVER_NOTIFIER, agent)) {
                None => self.enqueue(SERVER_NOTIFIER, agent, message),
                Some(why) => self.note(Fact::SkippedByOrder { agent, why }),
            }
        }
        self.serve_queue(SERVER_NOTIFIER);
    }

    fn addressees(&self, command: &Command) -> Vec<AgentId> {
        let agents = &self.company.agents;
        let is_meant = |agent: &AgentId| {
            let site = agents[*agent].site.0;
            command.sites.is_none_or(|(from, to)| (from..to).contains(&site))
        };
        agents.ids().filter(is_meant).collect()
    }

    /// The agent needs the patterns of smart scan from now on, and has none of them (SPS-3).
    fn switch_to_smart_scan(&mut self, agent: AgentId) {
        if self.agents[agent].scan == ScanMethod::Smart {
            return;
        }
        // A transfer in progress was planned for the old scan method; the update begins again.
        let trigger = self.agents[agent].round.get().map(|id| self.rounds.get(id).trigger);
        self.interrupt_round(agent);
        let before = self.holding(agent);
        self.agents[agent].scan = ScanMethod::Smart;
        let catalogue = &self.company.catalogue;
        let mut mine = self.agents.versions(agent).to_vec();
        for (version, component) in mine.iter_mut().zip(catalogue) {
            if !component.conventional {
                *version = Version::default();
            }
        }
        self.agents.set_versions(agent, &mine);
        self.reconsider(agent, before, Fact::SwitchedScan(agent));
        match trigger {
            Some(trigger) if trigger != Trigger::NotifyAll => self.begin_round(agent, trigger),
            // One that brings settings only follows.
            settings_only => {
                if let Some(trigger) = settings_only {
                    self.remember_trigger(agent, trigger);
                }
                self.begin_round(agent, Trigger::Manual);
            }
        }
    }
}
