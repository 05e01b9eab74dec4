//! Downloads of the smart protection source (SPS-1).

use crate::policy::schedule::next_look;
use crate::policy::smart_protection::pattern_size;
use crate::random::Draw;
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::run::Simulation;
use crate::simulation::sending::Shipment;
use crate::simulation::state::{ACTIVE_UPDATE, SERVER};
use crate::simulation::tag::Tag;
use crate::units::Bytes;

impl Simulation<'_> {
    pub(super) fn await_smart_protection_look(&mut self) {
        let Some(source) = self.settings().smart_protection else { return };
        let (calendar, now) = (self.company.calendar, self.event_queue.now());
        let next = next_look(source.schedule, calendar, now, |_| Draw::from_bits(0));
        self.smart_protection.next_look = next;
        self.event_queue.at(next, Event::SmartProtectionLooks);
    }

    /// The source downloads its pattern, unless it is still doing so; if it is down, it misses this download.
    pub(super) fn smart_protection_looks(&mut self) {
        if self.smart_protection.next_look != self.event_queue.now() {
            return;
        }
        self.await_smart_protection_look();
        let own = self.settings().smart_protection;
        let Some((to, settings)) = self.company.smart_protection.zip(own) else { return };
        if self.smart_protection.is_fetching || !self.smart_protection_fetches() {
            return;
        }
        // It connects to the Internet as the server does.
        let Some(way) = self.way_to(ACTIVE_UPDATE, None) else { return };
        let sent = self.send(Shipment {
            from: self.sources[ACTIVE_UPDATE].node,
            to,
            via: self.node_on(way),
            cap: self.rate_cap(ACTIVE_UPDATE, None),
            size: pattern_size(&settings),
            tag: Tag::SmartProtection,
            agent: None,
        });
        self.smart_protection.is_fetching = sent.is_some();
    }

    /// Whether the source and `ActiveUpdate` work.
    pub(super) fn smart_protection_fetches(&self) -> bool {
        self.active_faults.smart_protection == 0 && self.works(ACTIVE_UPDATE)
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
