//! Admission: whether one more agent may connect (SRV-2, SRV-4, UAG-1, UAG-2).

use crate::model::calendar::HourClass;
use crate::model::settings::{Overflow, ServerSettings, Slots, SlotsCount, UpdateAgentSettings};
use crate::model::trigger::Trigger;
use crate::units::{BitRate, Bytes, SimDuration};

/// The concurrent requests of any Update Agent (UAG-1; KB 1034989 of 2019).
pub const DOCUMENTED: u32 = 250;

/// Those that the vendor measured on machines that are nothing but Update Agents, by their network card (UAG-1; KB
/// 1034989, current revision).
const MEASURED: [(BitRate, u32); 3] = [
    (BitRate::from_megabits(100), 400),
    (BitRate::from_megabits(1_000), 900),
    (BitRate::from_megabits(10_000), 7_700),
];

/// The concurrent requests that the vendor measured with the fastest network card up to `uplink` (UAG-1).
pub fn measured_capacity(uplink: BitRate) -> u32 {
    let measured = MEASURED.iter().rev().find(|(card, _)| uplink >= *card);
    measured.map_or(DOCUMENTED, |(_, most)| *most)
}

/// Whether agents update automatically (SRV-2): without it no agent is notified of an update, and none updates on
/// restart, by schedule or by poll; only commands and *Update Now* start updates.
pub fn deploys(settings: &ServerSettings) -> bool {
    settings.deploys
}

/// Whether `trigger` may begin an update: of the automatic ones none without automatic update (SRV-2).
pub fn may_begin(trigger: Trigger, settings: &ServerSettings) -> bool {
    let is_automatic = matches!(
        trigger,
        Trigger::Notification | Trigger::Restart | Trigger::Schedule | Trigger::Poll
    );
    deploys(settings) || !is_automatic
}

/// *Maximum client connections* in hour `hour` of the day, 0 to 23 (SRV-4).
pub fn slots_at(slots: &Slots, hour: usize) -> u32 {
    match slots.hours[hour] {
        HourClass::Normal => slots.normal,
        HourClass::OffPeak => slots.off_peak,
        HourClass::Peak => slots.peak,
    }
}

/// How an agent begins an update that the server has not started (SRV-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnStart {
    /// Without a slot.
    Freely,
    /// With a slot, which is free.
    WithSlot,
    /// As soon as a slot is free.
    Later,
}

/// Whether an update that an agent starts on its own needs one of `slots`, of which `held` are held (SRV-4): it does if
/// slots count all updates. With no slots at all, the documents say only that the updates started by the server stop.
pub fn own_start(count: SlotsCount, slots: u32, held: u32) -> OwnStart {
    match count {
        SlotsCount::ServerStarted => OwnStart::Freely,
        SlotsCount::All if slots == 0 => OwnStart::Freely,
        SlotsCount::All if held < slots => OwnStart::WithSlot,
        SlotsCount::All => OwnStart::Later,
    }
}

/// The time-out of a slot (SRV-4).
pub fn slot_timeout(is_update_agent: bool, settings: &ServerSettings) -> SimDuration {
    if is_update_agent { settings.slot_timeout_update_agent } else { settings.slot_timeout }
}

/// What a source does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Serve it.
    Serve,
    /// Queue it.
    Wait,
    /// Refuse it.
    Refuse,
}

/// What a source does with one more request when `occupied` are being served or queued (UAG-1).
pub fn admit(occupied: u64, capacity: Option<u32>, overflow: Overflow) -> Admission {
    match (capacity.is_none_or(|capacity| occupied < u64::from(capacity)), overflow) {
        (true, _) => Admission::Serve,
        (false, Overflow::Queue) => Admission::Wait,
        (false, Overflow::Refuse) => Admission::Refuse,
    }
}

/// Whether an Update Agent with this free disk space can obtain and serve (UAG-2).
pub fn has_disk(free: Bytes, settings: &UpdateAgentSettings) -> bool {
    free >= settings.needed_disk
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srv_2_automatic_update_off_deploys_nothing() {
        assert!(deploys(&ServerSettings::default()));
        assert!(!deploys(&ServerSettings { deploys: false, ..ServerSettings::default() }));
    }

    #[test]
    fn srv_4_slots_follow_the_hour() {
        let mut slots = Slots { normal: 250, off_peak: 400, peak: 0, ..Slots::default() };
        slots.hours[2] = HourClass::OffPeak;
        slots.hours[9] = HourClass::Peak;
        assert_eq!([2, 9, 12].map(|hour| slots_at(&slots, hour)), [400, 0, 250]);
        let server = ServerSettings::default();
        assert_eq!(slot_timeout(false, &server), SimDuration::from_mins(30));
        assert_eq!(slot_timeout(true, &server), SimDuration::from_mins(15));
    }

    #[test]
    fn srv_4_slots_hold_back_what_the_server_starts_or_all() {
        for (count, slots, held, expected) in [
            (SlotsCount::ServerStarted, 1, 1, OwnStart::Freely),
            (SlotsCount::All, 1, 0, OwnStart::WithSlot),
            (SlotsCount::All, 1, 1, OwnStart::Later),
            (SlotsCount::All, 0, 0, OwnStart::Freely),
        ] {
            assert_eq!(own_start(count, slots, held), expected, "{count:?} {slots} {held}");
        }
    }

    #[test]
    fn uag_1_request_251_is_refused_or_waits() {
        assert_eq!(admit(249, Some(250), Overflow::Refuse), Admission::Serve);
        assert_eq!(admit(250, Some(250), Overflow::Refuse), Admission::Refuse);
        assert_eq!(admit(250, Some(250), Overflow::Queue), Admission::Wait);
        assert_eq!(admit(9_999, None, Overflow::Refuse), Admission::Serve);
    }

    #[test]
    fn uag_2_without_disk_it_cannot_serve() {
        let usual = UpdateAgentSettings::default();
        assert!(!has_disk(Bytes::new(1), &usual) && has_disk(usual.free_disk, &usual));
    }
}
