//! The changing state of the server: slots, reports, and its own update.

use crate::ids::{Column, ComponentId, SourceId};
use crate::model::company::Company;
use crate::model::component::Component;
use crate::model::version::{Offer, Version};
use crate::network::TransferId;
use crate::policy::content;
use crate::simulation::desktop_line::DesktopLine;
use crate::simulation::in_line::{ReportQueue, SlotTimeouts};
use crate::simulation::slot_line::SlotLine;
use crate::simulation::state::{FIRST_VERSION, Revision};
use crate::units::{SimDuration, SimTime};

/// The number of full versions that the server holds at the start, including the latest (DUP-6).
const HELD_AT_START: u16 = 7;

/// The stage of the server's own update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ServerStage {
    #[default]
    Idle,
    Index,
    Download,
    Generating,
}

/// The state of the server, except for its repository.
#[derive(Debug)]
pub(super) struct ServerState {
    /// Slots that are held (SRV-4).
    pub(super) slots_held: u32,
    /// The time-outs of slots that agents hold, and of those that Update Agents hold (SRV-4).
    pub(super) slot_timeouts: [SlotTimeouts; 2],
    /// Agents that wait for a slot to start an update on their own (SRV-4).
    pub(super) slot_line: SlotLine,
    /// The non-persistent desktops that update, and those that wait.
    pub(super) desktops: DesktopLine,
    /// Whether a slot became free that was not offered yet.
    pub(super) slot_is_free: bool,
    /// Reports that wait for the processor (SRV-5).
    pub(super) reports: ReportQueue,
    /// Until when the report processor is busy (SRV-5).
    pub(super) reports_until: SimTime,
    pub(super) stage: ServerStage,
    /// The transfer of its own update, and whether it goes through the proxy.
    pub(super) transfer: Option<TransferId>,
    pub(super) by_proxy: bool,
    /// What was out of reach when it last checked, or ended its update.
    pub(super) out_of_reach: Option<SourceId>,
    /// When it has generated its incrementals; an earlier event is of an update that was abandoned.
    pub(super) generated_at: SimTime,
    /// The full versions of each component, newest first (DUP-6).
    pub(super) held: Column<ComponentId, Vec<Version>>,
    /// The versions held and offered when the current update is complete.
    pub(super) next: Column<ComponentId, (Vec<Version>, Offer)>,
    /// The number of changes so far, and for each its revision of the settings.
    pub(super) changes: Vec<Revision>,
    /// When it checks next; an earlier event is of a schedule that has changed.
    pub(super) next_look: SimTime,
    /// When its notification queue is emptied next.
    pub(super) next_cleanup: SimTime,
    /// Whether the next hour is in the event queue.
    pub(super) hour_is_awaited: bool,
    /// The CPU time of generating incrementals.
    pub(super) generation_time: SimDuration,
}

impl ServerState {
    /// The server at the start: as far behind as in the scenario, with the older full versions that it keeps.
    pub(super) fn at_start(company: &Company) -> Self {
        let releases_behind = company.settings.server.releases_behind;
        let versions = |component: &Component| -> Vec<Version> {
            let latest = FIRST_VERSION.earlier(content::lag(component, releases_behind));
            (0..HELD_AT_START).map(|behind| latest.earlier(behind)).collect()
        };
        Self {
            slots_held: 0,
            slot_timeouts: Default::default(),
            slot_line: SlotLine::default(),
            desktops: DesktopLine::default(),
            slot_is_free: false,
            reports: ReportQueue::default(),
            reports_until: SimTime::START,
            stage: ServerStage::Idle,
            transfer: None,
            by_proxy: false,
            out_of_reach: None,
            generated_at: SimTime::START,
            held: company.catalogue.iter().map(versions).collect(),
            next: Column::new(),
            changes: Vec::new(),
            next_look: SimTime::START,
            next_cleanup: SimTime::START,
            hour_is_awaited: false,
            generation_time: SimDuration::ZERO,
        }
    }
}
