//! Status reports to the server, whatever the source was (SRV-5).

use crate::ids::AgentId;
use crate::model::trigger::Message;
use crate::policy::notification::skipped_by_order;
use crate::policy::reports::report_done;
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::run::Simulation;
use crate::simulation::tag::Tag;
use crate::units::SimDuration;

impl Simulation<'_> {
    /// An agent sends its status; without a route to the server nothing is sent.
    pub(super) fn report(&mut self, agent: AgentId) {
        // A server that is down receives nothing.
        if let Some(shipment) = self.side_shipment(Tag::Report(agent)) {
            let _ = self.send(shipment);
        }
    }

    /// A report has arrived and waits for the processor.
    pub(super) fn report_arrives(&mut self, agent: AgentId) {
        let now = self.event_queue.now();
        let outcome = report_done(now, self.server.reports_until, &self.settings().server);
        self.server.reports_until = outcome.done;
        self.note(Fact::Reported { agent, outcome });
        let takes_time = self.settings().server.report_time > SimDuration::ZERO;
        if takes_time && self.server.reports.is_busy {
            self.server.reports.waiting.push_back(agent);
        } else {
            self.server.reports.is_busy = takes_time;
            self.event_queue.at(outcome.done, Event::ReportProcessed(agent));
        }
    }

    /// A report has been processed: the agent's slot is free (SRV-4), and it may be told to scan
    /// (NTF-5).
    pub(super) fn report_processed(&mut self, agent: AgentId) {
        let time = self.settings().server.report_time;
        match self.server.reports.waiting.pop_front() {
            Some(next) => self.event_queue.after(time, Event::ReportProcessed(next)),
            None => self.server.reports.is_busy = false,
        }
        self.free_slot_unless_updating(agent);
        if std::mem::take(&mut self.agents[agent].scan_due)
            && skipped_by_order(self.target(SERVER_NOTIFIER, agent)).is_none()
        {
            self.enqueue(SERVER_NOTIFIER, agent, Message::ScanNow);
        }
        self.serve_queue(SERVER_NOTIFIER);
    }
}
