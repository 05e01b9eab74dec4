//! All settings of the product and its environment, with their defaults. Each field names its rule; `assumption` marks
//! values that the vendor's documents leave open.

use super::calendar::{HourClass, Schedule};
use super::component::KindSet;
use super::fault::LinkFailure;
use super::presence::{Between, Presence};
pub use super::readings::{
    MissedSchedule, NotifiedBy, Overflow, ScheduleBy, SettingsCheck, SlotsCount, StaleSource,
    StandardSource, ToldWhileBusy, UpdateScope, WhenNotifierIsOff, WhenSourceIsLost,
};
use super::smart_protection::SmartProtectionSettings;
pub use super::topology_option::TopologyOption;
use crate::units::{BitRate, Bytes, SimDuration};

/// Whether a flag has its default and is not serialized.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(count: &u16) -> bool {
    *count == 0
}

/// The server: its own updates, its slots, its reports (SRV).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ServerSettings {
    /// When it checks for a new release (SRV-1); hourly on the hour by default.
    pub schedule: Schedule,
    /// Automatic agent update (SRV-2); if off, agents update only by hand.
    pub deploys: bool,
    /// Whether it generates incrementals from its old full versions (DUP-5) or downloads all
    /// (DUP-11).
    pub generates_incrementals: bool,
    /// The number of daily releases that it is behind at the start.
    #[serde(skip_serializing_if = "is_zero")]
    pub releases_behind: u16,
    /// CPU time of generating one incremental (assumption).
    pub generation_time: SimDuration,
    /// *Maximum client connections* by class of hour (SRV-4); 250 each by default (assumption).
    pub slots: Slots,
    /// Which updates need slots (SRV-4; assumption).
    pub slots_count: SlotsCount,
    /// The time-out of a slot, after which the agent counts as not updated (SRV-4).
    pub slot_timeout: SimDuration,
    /// The same for Update Agents (SRV-4).
    pub slot_timeout_update_agent: SimDuration,
    /// Maximum number of non-persistent desktops that update at once; `None`: unlimited (assumption).
    pub image_updates: Option<u32>,
    /// Maximum number of concurrent transfers, whoever started the update; `None`: unlimited (assumption).
    pub max_transfers: Option<u32>,
    /// What it does with a request beyond that.
    pub overflow: Overflow,
    /// Size of an agent's status report (SRV-5; assumption).
    pub report_size: Bytes,
    /// Time to process one report (SRV-5; assumption).
    pub report_time: SimDuration,
    /// Capacity of the report buffer, in reports (SRV-5; assumption).
    pub report_buffer: u32,
    /// How often agents that cannot be notified poll; `None`: never (SRV-6, NET-3).
    pub poll_every: Option<SimDuration>,
}

/// *Maximum client connections* for each class of hour (SRV-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Slots {
    /// In normal hours.
    pub normal: u32,
    /// In off-peak hours.
    pub off_peak: u32,
    /// In peak hours.
    pub peak: u32,
    /// The class of each hour of the day.
    pub hours: [HourClass; 24],
}

impl Slots {
    /// Whether there is no slot in any hour of the day.
    pub fn are_none(&self) -> bool {
        let of = |class: &HourClass| match class {
            HourClass::Normal => self.normal,
            HourClass::OffPeak => self.off_peak,
            HourClass::Peak => self.peak,
        };
        self.hours.iter().all(|class| of(class) == 0)
    }
}

impl Default for Slots {
    fn default() -> Self {
        Self { normal: 250, off_peak: 250, peak: 250, hours: [HourClass::Normal; 24] }
    }
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            schedule: Schedule::Every { interval: SimDuration::from_hours(1), spread: false },
            deploys: true,
            generates_incrementals: true,
            releases_behind: 0,
            generation_time: SimDuration::from_secs(2),
            slots: Slots::default(),
            slots_count: SlotsCount::ServerStarted,
            slot_timeout: SimDuration::from_mins(30),
            slot_timeout_update_agent: SimDuration::from_mins(15),
            image_updates: None,
            max_transfers: None,
            overflow: Overflow::Queue,
            report_size: Bytes::new(2_000),
            report_time: SimDuration::from_millis(5),
            report_buffer: 1_000,
            poll_every: None,
        }
    }
}

/// Notifications (NTF).
#[expect(clippy::struct_excessive_bools, reason = "independent switches of the product")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct NotificationSettings {
    /// Notify online agents when an update completes (NTF-1).
    pub on_update: bool,
    /// *Include Independent and offline agents* (NTF-2).
    pub include_offline: bool,
    /// Attempts in all (NTF-3).
    pub attempts: u8,
    /// Interval between attempts (NTF-3).
    pub interval: SimDuration,
    /// Agents that missed an update fetch it when they restart and connect (NTF-4).
    pub on_restart: bool,
    /// *Update Agent threshold*: agents start when at most this many Update Agents remain (NTF-6).
    pub ua_threshold: u32,
    /// Records that one pass examines; `None`: all (NTF-7).
    pub scan_limit: Option<u32>,
    /// The time in the queue after which a record expires (NTF-7; assumption).
    pub record_lifetime: SimDuration,
    /// Notifier threads (NTF-8).
    pub threads: u32,
    /// How long a thread is busy with an agent that answers (NTF-8; assumption).
    pub connect_time: SimDuration,
    /// How long a thread is busy with an agent that does not answer (NTF-8; assumption).
    pub connect_timeout: SimDuration,
    /// The probability, in millionths, that a notification to an online agent is not answered (assumption).
    pub unanswered_per_million: u32,
    /// The range of the time from the repair of a lost connection until an agent uses it again (NTF-4; assumption).
    pub reconnect_spread: Between<SimDuration>,
    /// Who notifies an Update Agent's agents (NTF-10).
    pub notified_by: NotifiedBy,
    /// How long the server waits for an Update Agent to obtain the update before it notifies the Update Agent's agents,
    /// if it is the one that does (NTF-10).
    pub wait_for_update_agent: SimDuration,
    /// Who notifies the agents of an Update Agent that is off or was given up (NTF-10; assumption).
    pub when_notifier_is_off: WhenNotifierIsOff,
    /// What an agent does if its source fails while the server cannot be reached (NTF-4; assumption).
    #[serde(skip_serializing_if = "WhenSourceIsLost::is_default")]
    pub when_source_is_lost: WhenSourceIsLost,
    /// Agents in a batch of the query-filter throttle; `None`: no throttle (SRV-7).
    pub batch: Option<u32>,
    /// Interval between the starts of batches (SRV-7).
    pub batch_interval: SimDuration,
    /// When the queue is emptied; `None`: never (NTF-9).
    pub cleanup: Option<Schedule>,
    /// *Scan Now* after an event-triggered update that succeeded (NTF-5).
    pub scan_now: bool,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            on_update: true,
            include_offline: false,
            attempts: 5,
            interval: SimDuration::from_mins(15),
            on_restart: true,
            ua_threshold: 0,
            scan_limit: Some(1_000),
            record_lifetime: SimDuration::from_hours(24),
            threads: 20,
            connect_time: SimDuration::from_millis(500),
            connect_timeout: SimDuration::from_secs(20),
            unanswered_per_million: 0,
            reconnect_spread: Between { from: SimDuration::ZERO, to: SimDuration::from_secs(60) },
            notified_by: NotifiedBy::UpdateAgent,
            wait_for_update_agent: SimDuration::from_mins(15),
            when_notifier_is_off: WhenNotifierIsOff::Next,
            when_source_is_lost: WhenSourceIsLost::Reconnect,
            batch: None,
            batch_interval: SimDuration::from_secs(15),
            cleanup: None,
            scan_now: false,
        }
    }
}

/// Update Agents (UAG). The scenario may set different values for single ones.
#[expect(clippy::struct_excessive_bools, reason = "independent switches of the product")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct UpdateAgentSettings {
    /// Maximum number of concurrent update requests (UAG-1).
    pub capacity: u32,
    /// What happens to a request beyond that (UAG-1; assumption).
    pub overflow: Overflow,
    /// Free disk (UAG-2).
    pub free_disk: Bytes,
    /// Free disk space needed to obtain and serve (UAG-2).
    pub needed_disk: Bytes,
    /// The content that it hosts (UAG-3).
    pub hosts: KindSet,
    /// *Update Agents update only from the server* (UAG-4); off under the options `ua` and `direct`.
    pub only_from_server: bool,
    /// The online pattern of its computer, which is not drawn from that of the agents (NET-5; assumption).
    pub presence: Presence,
    /// Whether it is in Independent mode, which is not drawn from the share of the agents (NTF-2).
    pub independent: bool,
    /// Whether it has the privilege of scheduled update, which is not drawn either (SCH-1).
    pub scheduled: bool,
    /// Its network card (UAG-7).
    pub uplink: BitRate,
    /// The highest rate at which it downloads in some hours; its uploads may use its full network card (UAG-7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub download: Option<BitRate>,
    /// In which hours of the day.
    #[serde(skip)]
    pub download_hours: [bool; 24],
    /// Whether an Update Agent that no agent uses as a source mirrors, too (DUP-10).
    pub idle_mirrors: bool,
}

impl Default for UpdateAgentSettings {
    fn default() -> Self {
        Self {
            capacity: 250,
            overflow: Overflow::Refuse,
            free_disk: Bytes::new(10_000_000_000),
            needed_disk: Bytes::new(300_000_000),
            hosts: KindSet::ALL,
            only_from_server: true,
            presence: Presence::AlwaysOn,
            independent: false,
            scheduled: false,
            uplink: BitRate::from_megabits(1_000),
            download: None,
            download_hours: [true; 24],
            idle_mirrors: false,
        }
    }
}

/// Update sources, and the cost of failed attempts (SRC).
#[expect(clippy::struct_excessive_bools, reason = "independent switches of the product")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SourceSettings {
    /// Kinds for which agents fall back to the server when all customized sources failed (SRC-3).
    pub fallback_to_server: KindSet,
    /// *Agents download updates from the `ActiveUpdate` server*: the privilege (SRC-1, SRC-4).
    pub au_privilege: bool,
    /// The reading of the standard source (SRC-1).
    pub standard_source: StandardSource,
    /// Time until an unreachable source is given up (SRC-8; assumption).
    pub unreachable_after: SimDuration,
    /// Time until a refused agent tries its next source (SRC-8; assumption).
    pub refused_after: SimDuration,
    /// Time until a broken transfer is noticed (SRC-8; assumption).
    pub broken_after: SimDuration,
    /// Maximum duration of a session at a source; `None`: unlimited (SRC-8; assumption).
    pub visit_timeout: Option<SimDuration>,
    /// Whether an interrupted transfer is resumed where it stopped (SRC-8; assumption).
    pub resumes: bool,
    /// How often an agent that found no source tries again by itself (SRC-5; assumption).
    pub retries: u32,
    /// The time until it does (SRC-5).
    pub retry_interval: SimDuration,
    /// Whether agents try `ActiveUpdate` when the server, as a fallback, fails too (SRC-7).
    pub au_after_server: bool,
    /// What agents do at a source that is older than the server (SRC-9; assumption).
    pub stale: StaleSource,
    /// What happens to transfers over a link that fails (NET-4; assumption).
    pub link_failure: LinkFailure,
    /// Whether list entries name Update Agents by host name, not by address (UAG-5).
    pub listed_by_host_name: bool,
}

impl Default for SourceSettings {
    fn default() -> Self {
        Self {
            fallback_to_server: KindSet::ALL,
            au_privilege: false,
            standard_source: StandardSource::PrivilegeOnly,
            unreachable_after: SimDuration::from_secs(30),
            refused_after: SimDuration::from_secs(1),
            broken_after: SimDuration::from_secs(30),
            visit_timeout: None,
            resumes: false,
            retries: 0,
            retry_interval: SimDuration::from_mins(15),
            au_after_server: true,
            stale: StaleSource::Accept,
            link_failure: LinkFailure::Abort,
            listed_by_host_name: true,
        }
    }
}

/// Sizes of content other than components (CMP-5, CMP-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ContentSizes {
    /// The index file with which every update begins (CMP-6).
    pub index: Bytes,
    /// The configuration files, when settings changed (assumption).
    pub settings: Bytes,
    /// An agent program or hot fix (assumption).
    pub program: Bytes,
}

impl Default for ContentSizes {
    fn default() -> Self {
        Self {
            index: Bytes::new(16_384),
            settings: Bytes::new(50_000),
            program: Bytes::new(150_000_000),
        }
    }
}

/// Agents (CMP-7, SCH).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct AgentSettings {
    /// *Agents only update* (CMP-7).
    pub scope: UpdateScope,
    /// An agent's network card, which caps the rate of each of its transfers.
    pub nic: BitRate,
    /// The schedule of agents that check on a schedule: all agents under `direct`, Update Agents under `ua`, and agents
    /// with the privilege (SCH-1 to SCH-3, TOP-3, TOP-4).
    pub schedule: Schedule,
    /// Who begins an update on a daily or weekly schedule (SCH-3).
    pub schedule_by: ScheduleBy,
    /// What happens to a missed schedule; `None`: depends on the type of schedule (SCH-5; assumption).
    pub missed_schedule: Option<MissedSchedule>,
    /// What they do when notified while they are updating (NTF-12; assumption).
    pub told_while_busy: ToldWhileBusy,
    /// When they request settings and programs (assumption).
    pub settings_check: SettingsCheck,
    /// *Update configurations only once per day* in scheduled updates (SCH-2).
    pub settings_once_per_day: bool,
    /// The share with the privilege of scheduled update, in millionths (SCH-1).
    #[serde(skip)]
    pub scheduled: u32,
    /// Whether a user may disable it (SCH-1).
    #[serde(skip)]
    pub may_disable: bool,
    /// The share whose user would disable it, in millionths (SCH-1).
    #[serde(skip)]
    pub disabled: u32,
    /// The number of daily releases that the image is behind to which it returns at each log-off, if it does (assumption).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<u16>,
}

impl Default for AgentSettings {
    fn default() -> Self {
        Self {
            scope: UpdateScope::Everything,
            nic: BitRate::from_megabits(1_000),
            schedule: Schedule::Every { interval: SimDuration::from_hours(1), spread: true },
            schedule_by: ScheduleBy::Server,
            missed_schedule: None,
            told_while_busy: ToldWhileBusy::Remember,
            settings_check: SettingsCheck::News,
            settings_once_per_day: false,
            scheduled: 0,
            may_disable: false,
            disabled: 0,
            image: None,
        }
    }
}

/// All settings of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Settings {
    /// The server.
    pub server: ServerSettings,
    /// Notifications.
    pub notification: NotificationSettings,
    /// Update Agents.
    pub update_agent: UpdateAgentSettings,
    /// Update sources.
    pub source: SourceSettings,
    /// Agents.
    pub agent: AgentSettings,
    /// Sizes of content other than components.
    pub sizes: ContentSizes,
    /// The smart protection source, if there is one (SPS-1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smart_protection: Option<SmartProtectionSettings>,
    /// The data that agents and server exchange in addition to updates.
    #[serde(skip_serializing_if = "OtherTraffic::is_none")]
    pub other_traffic: OtherTraffic,
}

/// The data that an online agent and the server exchange in a day in addition to updates (NET-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct OtherTraffic {
    /// From the server to the agent.
    pub down: Bytes,
    /// From the agent to the server.
    pub up: Bytes,
}

impl OtherTraffic {
    /// Whether there is no such traffic.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}
