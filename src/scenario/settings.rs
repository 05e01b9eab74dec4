//! Converts values to the settings of the product.

use super::diagnostic::Diagnostic;
use super::document::{Document, Singles};
use super::keys;
use super::reader::Fields;
use super::traits::Traits;
use crate::model::calendar::HourClass;
use crate::model::component::KindSet;
use crate::model::presence::WorkingDay;
use crate::model::reach::Family;
use crate::model::settings::{
    AgentSettings, ContentSizes, NotificationSettings, OtherTraffic, ServerSettings, Settings,
    Slots, SourceSettings, UpdateAgentSettings,
};
use crate::model::smart_protection::SmartProtectionSettings;
use crate::network::Transport;
use crate::network::tcp::TcpModel;
use crate::policy::admission::measured_capacity;
use crate::policy::reachability::server_family;
use crate::units::{BitRate, SimDuration};

/// All settings, those of agents by `traits` of `[agents]`, and the working day.
pub(super) fn read(
    tables: &Singles<'_>,
    traits: &Traits,
    problems: &mut Vec<Diagnostic>,
) -> (Settings, WorkingDay) {
    let sections = [
        &keys::SERVER,
        &keys::NOTIFICATION,
        &keys::UPDATE_AGENTS,
        &keys::SOURCES,
        &keys::SIZES,
        &keys::AGENTS_SECTION,
        &keys::WORKING_DAY,
    ]
    .map(|section| tables.section(section));
    let [server, notification, update_agents, sources, sizes, agents, day] = sections;
    let settings = Settings {
        server: read_server(server, problems),
        notification: read_notification(notification, problems),
        update_agent: read_update_agent(update_agents, problems),
        source: read_source(sources),
        agent: read_agent(agents, traits),
        sizes: ContentSizes {
            index: sizes.bytes("index"),
            settings: sizes.bytes("settings"),
            program: sizes.bytes("program"),
        },
        smart_protection: read_smart_protection(tables),
        other_traffic: OtherTraffic {
            down: agents.bytes("other_traffic"),
            up: agents.bytes("other_traffic_up"),
        },
    };
    let working_day = WorkingDay {
        arrival: day.between("arrival"),
        leaving: day.between("leaving"),
        absent_per_million: day.count("absent"),
        laptop_on: day.between("laptop_on"),
        laptop_off: day.between("laptop_off"),
    };
    check_working_day(day, &working_day, problems);
    (settings, working_day)
}

/// Reports hours in which no computer is ever on.
fn check_working_day(fields: &Fields, day: &WorkingDay, problems: &mut Vec<Diagnostic>) {
    let is_sound = fields.are_sound(&["arrival", "leaving"]);
    if is_sound && day.leaving.to <= day.arrival.from {
        let message = "computers are switched off before they are switched on";
        let expected =
            "a time of `leaving` after that of `arrival`: a working day ends before midnight";
        let at = if fields.has("leaving") { "leaving" } else { "arrival" };
        problems.push(Diagnostic::new("conflict", fields.span_of(at), message, expected));
    }
}

/// Whether Update Agents update only from the server from the start to the end.
pub(super) fn always_only_from_server(document: &Document<'_>, at_start: bool) -> bool {
    let mut changes = document.sections(&keys::CHANGE).iter();
    let lifts = |fields: &Fields| {
        fields.text("key") == "update_agents.only_from_server" && fields.text("to") == "false"
    };
    at_start && !changes.any(lifts)
}

/// The family by which agents reach the server (NET-1).
pub(super) fn read_server_family(document: &Document<'_>) -> Family {
    let fields = document.section(&keys::SERVER);
    server_family(fields.word("family"), fields.says("identified_by", "host-name"))
}

/// The family by which the server itself reaches others (NET-1).
pub(super) fn read_server_own_family(document: &Document<'_>) -> Family {
    document.section(&keys::SERVER).word("family")
}

/// The proxy at headquarters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ProxySettings {
    /// Whether connections to the Internet use it (NET-2).
    pub to_internet: bool,
    /// Its network card.
    pub bandwidth: BitRate,
    /// Maximum number of connections; `None`: unlimited.
    pub connections: Option<u32>,
}

/// The proxy, if there is one.
pub(super) fn read_proxy(document: &Document<'_>) -> Option<ProxySettings> {
    let fields = document.section(&keys::PROXY);
    document.has(&keys::PROXY).then(|| ProxySettings {
        to_internet: fields.flag("internet"),
        bandwidth: fields.rate("bandwidth"),
        connections: Some(fields.count("connections")).filter(|count| *count > 0),
    })
}

/// The smart protection source, if there is one, and its parameters.
fn read_smart_protection(tables: &Singles<'_>) -> Option<SmartProtectionSettings> {
    let fields = tables.section(&keys::SMART_PROTECTION);
    tables.has(&keys::SMART_PROTECTION).then(|| SmartProtectionSettings {
        schedule: fields.schedule("schedule"),
        pattern: fields.bytes("pattern"),
        queries_per_hour: fields.count("queries"),
        cached_per_million: fields.count("cached"),
        query: fields.bytes("query"),
    })
}

/// The parameters of transfers on the network.
pub(crate) fn read_transport(fields: &Fields, problems: &mut Vec<Diagnostic>) -> Transport {
    if !fields.are_sound(&["model"]) {
        return Transport::default();
    }
    if !fields.says("model", "tcp") {
        let of_both = ["model", "routes_by", "equal_routes"];
        for key in fields.written().filter(|key| !of_both.contains(key)) {
            let message = format!("`{key}` has no effect in the fluid model");
            let span = fields.span_of(key);
            problems.push(Diagnostic::new("conflict", span, message, "model = \"tcp\""));
        }
        return Transport::default();
    }
    let share: u32 = fields.count("random_share");
    let model = TcpModel {
        framing: fields.word("framing"),
        startup: fields.flag("startup"),
        random_share: share / 1000,
        rtt_share: fields.word("rtt_share"),
        // A source's place is freed when its session is over: nothing is released early.
        early_release: 0,
        ..TcpModel::default()
    };
    Transport { model, queue: fields.duration("queue") }
}

fn read_server(fields: &Fields, problems: &mut Vec<Diagnostic>) -> ServerSettings {
    let mut hours = [HourClass::Normal; 24];
    for (name, class) in [("off_peak_hours", HourClass::OffPeak), ("peak_hours", HourClass::Peak)] {
        for hour in fields.hours(name) {
            let place = &mut hours[usize::try_from(hour).expect("below 24")];
            if *place != HourClass::Normal {
                let message = if *place == class {
                    format!("hour {hour} is listed twice")
                } else {
                    format!("hour {hour} is both off-peak and peak")
                };
                let span = fields.span_of(name);
                problems.push(Diagnostic::new(
                    "conflict",
                    span,
                    message,
                    "each hour once, in only one class",
                ));
            }
            *place = class;
        }
    }
    ServerSettings {
        schedule: fields.schedule("schedule"),
        deploys: fields.flag("deploys"),
        generates_incrementals: fields.flag("generates_incrementals"),
        releases_behind: fields.count("releases_behind"),
        generation_time: fields.duration("generation_time"),
        slots: Slots {
            normal: fields.count("slots"),
            off_peak: fields.count("slots_off_peak"),
            peak: fields.count("slots_peak"),
            hours,
        },
        slots_count: fields.word("slots_count"),
        slot_timeout: fields.duration("slot_timeout"),
        slot_timeout_update_agent: fields.duration("slot_timeout_update_agent"),
        max_transfers: Some(fields.count("max_transfers")).filter(|count| *count > 0),
        image_updates: Some(fields.count("image_updates")).filter(|count| *count > 0),
        overflow: fields.word("overflow"),
        report_size: fields.bytes("report_size"),
        report_time: fields.duration("report_time"),
        report_buffer: fields.count("report_buffer"),
        poll_every: some_duration(fields, "poll_every"),
    }
}

fn some_duration(fields: &Fields, key: &str) -> Option<SimDuration> {
    Some(fields.duration(key)).filter(|span| *span > SimDuration::ZERO)
}

fn read_notification(fields: &Fields, problems: &mut Vec<Diagnostic>) -> NotificationSettings {
    fields.check_meaning(
        "batch_interval",
        fields.mentions("batch"),
        "`batch` in addition",
        problems,
    );
    NotificationSettings {
        on_update: fields.flag("on_update"),
        include_offline: fields.flag("include_offline"),
        attempts: fields.count("attempts"),
        interval: fields.duration("interval"),
        on_restart: fields.flag("on_restart"),
        ua_threshold: fields.count("ua_threshold"),
        scan_limit: Some(fields.count("scan_limit")).filter(|limit| *limit > 0),
        record_lifetime: fields.duration("record_lifetime"),
        threads: fields.count("threads"),
        connect_time: fields.duration("connect_time"),
        connect_timeout: fields.duration("connect_timeout"),
        unanswered_per_million: fields.count("unanswered"),
        notified_by: fields.word("notified_by"),
        reconnect_spread: fields.between("reconnect_spread"),
        wait_for_update_agent: fields.duration("wait_for_update_agent"),
        when_notifier_is_off: fields.word("when_notifier_is_off"),
        when_source_is_lost: fields.word("when_source_is_lost"),
        batch: Some(fields.count("batch")).filter(|batch| *batch > 0),
        batch_interval: fields.duration("batch_interval"),
        cleanup: fields.maybe_schedule("cleanup"),
        scan_now: fields.flag("scan_now"),
    }
}

/// Whether Update Agents serve by default as many requests as the vendor measured with their network cards (UAG-1).
pub(super) fn has_measured_capacity(fields: &Fields) -> bool {
    fields.says("capacity_by", "uplink") && !fields.mentions("capacity")
}

fn read_update_agent(fields: &Fields, problems: &mut Vec<Diagnostic>) -> UpdateAgentSettings {
    let download = fields.maybe_rate("download");
    fields.check_meaning("download_hours", download.is_some(), "`download` in addition", problems);
    let hours = fields.hours("download_hours");
    let mut download_hours = [!fields.has("download_hours"); 24];
    for hour in hours {
        download_hours[usize::try_from(hour).expect("below 24")] = true;
    }
    UpdateAgentSettings {
        capacity: if has_measured_capacity(fields) {
            measured_capacity(fields.rate("uplink"))
        } else {
            fields.count("capacity")
        },
        overflow: fields.word("overflow"),
        free_disk: fields.bytes("free_disk"),
        needed_disk: fields.bytes("needed_disk"),
        hosts: fields.kinds("hosts").unwrap_or(KindSet::ALL),
        only_from_server: fields.flag("only_from_server"),
        presence: fields.word("presence"),
        independent: fields.flag("independent"),
        scheduled: fields.flag("scheduled"),
        uplink: fields.rate("uplink"),
        download,
        download_hours,
        idle_mirrors: fields.flag("idle_mirrors"),
    }
}

fn read_source(fields: &Fields) -> SourceSettings {
    SourceSettings {
        fallback_to_server: fields.kinds("fallback_to_server").unwrap_or(KindSet::ALL),
        au_privilege: fields.flag("au_privilege"),
        standard_source: fields.word("standard_source"),
        unreachable_after: fields.duration("unreachable_after"),
        refused_after: fields.duration("refused_after"),
        broken_after: fields.duration("broken_after"),
        visit_timeout: some_duration(fields, "visit_timeout"),
        resumes: fields.flag("resumes"),
        retries: fields.count("retries"),
        retry_interval: fields.duration("retry_interval"),
        au_after_server: fields.flag("au_after_server"),
        link_failure: fields.word("link_failure"),
        listed_by_host_name: fields.says("listed_by", "host-name"),
        stale: fields.word("stale"),
    }
}

fn read_agent(fields: &Fields, traits: &Traits) -> AgentSettings {
    let by_section = AgentSettings {
        schedule_by: fields.word("schedule_by"),
        missed_schedule: fields.maybe_word("missed_schedule"),
        told_while_busy: fields.word("told_while_busy"),
        ..AgentSettings::default()
    };
    traits.settings(by_section)
}

#[cfg(test)]
mod tests {
    use super::super::layers::Texts;
    use super::*;
    use crate::model::settings::StandardSource;

    #[test]
    fn an_empty_file_has_the_products_defaults() {
        let mut problems = Vec::new();
        let texts = Texts::of_file("");
        // Missing tables do not matter here.
        let document = Document::parse(keys::SECTIONS, &texts, &mut Vec::new());
        let traits = Traits::read(document.section(&keys::AGENTS_SECTION));
        let (settings, day) = read(&document.single(), &traits, &mut problems);
        assert_eq!(problems, []);
        assert_eq!(settings, Settings::default());
        assert_eq!(day, WorkingDay::default());
    }

    #[test]
    fn a_product_version_changes_defaults_and_nothing_that_is_written() {
        let read_as = |text: &str| {
            let mut problems = Vec::new();
            let texts = Texts::of_file(text);
            let document = Document::parse(keys::SECTIONS, &texts, &mut problems);
            let traits = Traits::read(document.section(&keys::AGENTS_SECTION));
            read(&document.single(), &traits, &mut problems).0
        };
        let old = read_as("product = \"officescan-10\"\n");
        assert_eq!(old.source.standard_source, StandardSource::PrivilegeOrFirstEntry);
        assert!(old.update_agent.idle_mirrors);
        let written = "product = \"officescan-10\"\n[update_agents]\nidle_mirrors = false\n";
        assert!(!read_as(written).update_agent.idle_mirrors);
        assert_eq!(read_as("product = \"apex-one\"\n"), Settings::default());
        let current = |more: &str| {
            let text = format!("product = \"apex-one-current\"\n[update_agents]\n{more}\n");
            let settings = read_as(&text).update_agent;
            (settings.capacity, settings.needed_disk.count())
        };
        for (more, capacity) in [
            ("", 900),
            ("uplink = \"99 Mbit/s\"", 250),
            ("uplink = \"100 Mbit/s\"", 400),
            ("uplink = \"25 Gbit/s\"", 7_700),
            ("capacity = 300", 300),
            ("capacity_by = \"fixed\"", 250),
        ] {
            assert_eq!(current(more), (capacity, 2_000_000_000), "{more}");
        }
    }
}
