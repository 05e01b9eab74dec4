//! Downloads of the smart protection source (SPS-1).

use crate::random::Draw;
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::run::Simulation;
use crate::simulation::state::SERVER;
use crate::simulation::tag::Tag;
use crate::units::Bytes;

impl Simulation<'_> {
    pub(super) fn await_smart_protection_look(&mut self) {
        let Some(source) = self.settings().smart_protection else { return };
        let next = self.next_look(source.schedule, |_| Draw::from_bits(0));
        self.smart_protection.next_look = next;
        self.event_queue.at(next, Event::SmartProtectionLooks);
    }

    /// The source downloads its pattern, unless it is still doing so; if it is down, it misses this download.
    pub(super) fn smart_protection_looks(&mut self) {
        if self.smart_protection.next_look != self.event_queue.now() {
            return;
        }
        self.await_smart_protection_look();
        if !self.smart_protection.is_fetching {
            let shipment = self.side_shipment(Tag::SmartProtection);
            let sent = shipment.and_then(|shipment| self.send(shipment));
            self.smart_protection.is_fetching = sent.is_some();
        }
    }

    /// The pattern has arrived, or the part of it that `size` is before the download was cut short.
    pub(super) fn smart_protection_fetched(&mut self, size: Bytes) {
        self.smart_protection.is_fetching = false;
        self.note(Fact::SmartProtectionFetched(size));
    }

    /// Whether smart-scan agents can query it now (SPS-2).
    pub fn smart_protection_answers(&self) -> bool {
        self.company.smart_protection.is_some() && self.active_faults.smart_protection == 0
    }

    /// Whether the server can be reached at all.
    pub(super) fn server_is_up(&self) -> bool {
        self.works(SERVER)
    }
}
