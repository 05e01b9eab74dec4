//! Values for the keys of a random scenario: extremes and edges more often than the middle, and nothing that makes a
//! run long.

use updraft::model::component::vendor_catalogue;
use updraft::model::metric::METRICS;
use updraft::scenario::ValueType;

use super::choices::Choices;
use super::company::Known;

const DURATIONS: &[&str] =
    &["0 s", "1 ns", "999 us", "1 s", "30 s", "90 s", "7 min", "15 min", "1 h", "3 h", "26 h"];
const LATENCIES: &[&str] = &["0 s", "1 ns", "1 ms", "10 ms", "300 ms", "2 s"];
const CLOCKS: &[&str] = &["00:00", "07:30", "08:00", "08:59:59", "12:00", "17:00", "23:59"];
const AMOUNTS: &[&str] = &["0 B", "1 B", "300 B", "16.384 kB", "50 kB", "1 MB", "20 MB", "10 GB"];
const RATES: &[&str] = &[
    "1 bit/s",
    "9600 bit/s",
    "64 kbit/s",
    "256 kbit/s",
    "1 Mbit/s",
    "2 Mbit/s",
    "10 Mbit/s",
    "33 Mbit/s",
    "100 Mbit/s",
    "1 Gbit/s",
    "1 Tbit/s",
];
const SHARES: &[&str] = &["0 %", "0.0001 %", "1 %", "30 %", "50 %", "99 %", "100 %"];
const SCHEDULES: &[&str] = &[
    "every 7 min",
    "every 20 min, spread",
    "every 1 h",
    "every 1 h, spread",
    "every 3 h",
    "daily 00:00 for 2 h",
    "daily 08:00 for 30 min",
    "daily 12:00 for 0 s",
    "weekly Mon 08:00 for 4 h",
    "weekly Tue 00:00 for 1 s",
];

/// A value for key `path` (`section.key`) of this type, in TOML; none if this company has nothing to name.
pub(crate) fn value(
    choices: &mut Choices<'_>,
    known: &Known,
    path: &str,
    form: ValueType,
) -> Option<String> {
    match named(choices, known, path) {
        Named::ByForm => of_form(choices, form),
        Named::Value(value) => value,
    }
}

/// A value of a key by its name.
enum Named {
    /// The type determines it.
    ByForm,
    /// There are further constraints: this value, or none if nothing can be named.
    Value(Option<String>),
}

/// Sources that every company has.
const SOURCES: [&str; 4] = [
    "server",
    "active-update",
    "http://osce12-p.activeupdate.trendmicro.com/activeupdate",
    "http://osce11-p.activeupdate.trendmicro.com/activeupdate",
];

const RANGES: &[&str] = &[
    "2001:db8::/32",
    "2001:db8:1::/64",
    "10.0.0.1-10.0.0.9",
    "10.0.0.0/8",
    "10.0.0.0/23",
    "10.0.1.0/24",
    "0.0.0.0/0",
    "192.168.0.0/16",
];

/// A value of a key with constraints beyond its type.
fn named(choices: &mut Choices<'_>, known: &Known, path: &str) -> Named {
    let list = |choices: &mut Choices<'_>, list: &[&str]| Some(quoted(choices.one(list)));
    let of = |choices: &mut Choices<'_>, names: &[String]| {
        (!names.is_empty()).then(|| quoted(choices.one(names)))
    };
    Named::Value(match path {
        ".name" => Some(quoted("random")),
        ".title" => list(choices, &["", "A company"]),
        ".start" => list(choices, &["Mon 00:00", "Mon 07:30", "Mon 10:00", "Fri 16:55:01"]),
        ".duration" => Some(quoted(&known.duration)),
        ".sample_every" => list(choices, &["1 min", "10 min", "3 h"]),
        "server.poll_every" => list(choices, &["0 s", "7 min", "40 min"]),
        "headquarters.subnet" => list(choices, &["10.0.0.0/16", "172.16.0.0/24"]),
        "site.subnet" => list(choices, &["10.7.0.0/16", "192.168.0.0/20", "10.0.128.0/17"]),
        "headquarters.subnet6" => list(choices, &["2001:db8:1::/48", "2001:db8:2::/64"]),
        "site.subnet6" => list(choices, &["2001:db8:3::/48", "2001:db8:4::/56", "2001:db8:1::/64"]),
        "site.site_prefix" => Some(choices.between(22, 29).to_string()),
        "site.latency" => Some(spread_of(choices, LATENCIES)),
        "site.internet_latency"
        | "headquarters.internet_latency"
        | "active_update.latency"
        | "network.queue" => list(choices, LATENCIES),
        "site.via" => of(choices, &known.hubs),
        "update_agent.site" => of(choices, &known.sites),
        "update_agent.source" | "update_source.source" => {
            let fixed = SOURCES.map(String::from);
            let sources = [&fixed[..], &known.others[..], &known.update_agents[..]];
            of(choices, &sources.concat())
        }
        "update_source.range" => list(choices, RANGES),
        "sources.external" => {
            let fixed = ["active-update".to_string()];
            of(choices, &[&fixed[..], &known.others[..]].concat())
        }
        "other_source.at" => {
            let fixed = ["internet".to_string()];
            of(choices, &[&fixed[..], &known.sites[..], &known.routers[..]].concat())
        }
        path if path.ends_with(".roams_to") => Some(texts(&choices.some(&known.groups))),
        "group.sites" => Some(texts(&choices.some(&known.groups))),
        "group.agents" => {
            let agents: Vec<String> =
                known.sites.iter().map(|site| format!("{site}/pc-0001")).collect();
            Some(texts(&choices.some(&agents)))
        }
        "command.sites" | "background.sites" => of(choices, &known.groups),
        "change.group" => of(choices, &known.agent_groups),
        "update_source.change" => of(choices, &known.changes),
        "background.link" => of(choices, &known.links),
        "release.at" | "command.at" | "change.at" => of(choices, &known.moments),
        "change.name"
        | "change.key"
        | "release.waves"
        | "release.wave_gap"
        | "release.wave_done"
        | "release.withdrawn_at"
        | "release.rolled_back_at"
        | "working_day.laptop_on"
        | "working_day.laptop_off"
        | "release.components"
        | "other_source.name"
        | "other_source.url" => None,
        "threshold.release" => list(choices, &["r0", "r1"]),
        "component.name" => of(choices, &component_names()),
        "threshold.metric" => {
            let names: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
            list(choices, &names)
        }
        _ => return Named::ByForm,
    })
}

/// A value of a form.
fn of_form(choices: &mut Choices<'_>, form: ValueType) -> Option<String> {
    let list = |choices: &mut Choices<'_>, list: &[&str]| Some(quoted(choices.one(list)));
    match form {
        ValueType::Duration(..) | ValueType::Interval(..) => list(choices, DURATIONS),
        ValueType::Bytes(..) => list(choices, AMOUNTS),
        ValueType::Rate(..) => list(choices, RATES),
        ValueType::Clock => list(choices, CLOCKS),
        ValueType::Schedule(_) => list(choices, SCHEDULES),
        ValueType::Price => Some(choices.one(&["0", "0.09", "12"]).to_string()),
        ValueType::Percent => list(choices, SHARES),
        ValueType::Choice(words) => list(choices, words),
        ValueType::Image => {
            let behind = choices.one(&[0, 1, 14, 15, 40]);
            Some(format!("{{ releases_behind = {behind}, reset = \"log-off\" }}"))
        }
        ValueType::Flag => Some(choices.percent(50).to_string()),
        ValueType::Limit => Some(choices.one(&["0", "0.5", "3600", "1000000"]).to_string()),
        ValueType::Count(from, to) => {
            let near = choices.one(&[0, 1, 2, 3, 5, 15, 40]);
            let far = choices.percent(3);
            Some(if far { to } else { from.saturating_add(*near).min(to) }.to_string())
        }
        ValueType::Kinds => {
            let kinds = choices.some(&["\"components\"", "\"settings\"", "\"programs\""]);
            Some(format!("[{}]", kinds.join(", ")))
        }
        ValueType::Hours => {
            let hours: Vec<String> = (0..24).map(|hour: u32| hour.to_string()).collect();
            Some(format!("[{}]", choices.some(&hours).join(", ")))
        }
        ValueType::List(of, most) => {
            let count = choices.between(1, most as u64);
            let items = (0..count).map(|_| of_form(choices, *of)).collect::<Option<Vec<_>>>()?;
            Some(format!("[{}]", items.join(", ")))
        }
        ValueType::Mix(words) => {
            if choices.percent(50) {
                return list(choices, words);
            }
            let part = |word: &&str| format!("{{ share = 1, at = {} }}", quoted(word));
            Some(format!("[{}]", words.iter().map(part).collect::<Vec<_>>().join(", ")))
        }
        ValueType::Spread(of) => spread(choices, *of),
        ValueType::Between(of) => between(choices, *of),
        ValueType::Text | ValueType::Texts | ValueType::Written => None,
    }
}

/// One of an ascending list, or two in order.
fn spread_of(choices: &mut Choices<'_>, list: &[&str]) -> String {
    let one = choices.below(list.len() as u64);
    let other = choices.between(one, list.len() as u64 - 1);
    let [one, other] = [one, other].map(|at| quoted(list[usize::try_from(at).expect("short")]));
    if choices.percent(30) { format!("[{one}, {other}]") } else { one }
}

/// A fixed value, two in order, or a mixture.
fn spread(choices: &mut Choices<'_>, of: ValueType) -> Option<String> {
    let first = of_form(choices, of)?;
    match choices.below(4) {
        0 => between(choices, of),
        1 => {
            let second = of_form(choices, of)?;
            Some(format!("[{{ share = 2, at = {first} }}, {{ share = 1, at = {second} }}]"))
        }
        _ => Some(first),
    }
}

/// A fixed value, or two in order.
fn between(choices: &mut Choices<'_>, of: ValueType) -> Option<String> {
    let first = of_form(choices, of)?;
    if choices.percent(50) {
        return Some(first);
    }
    let second = of_form(choices, of)?;
    let (from, to) = in_order(of, first, second);
    Some(format!("[{from}, {to}]"))
}

/// Two values of a type, the smaller first: the lists of values ascend.
fn in_order(of: ValueType, one: String, other: String) -> (String, String) {
    let list = match of {
        ValueType::Duration(..) | ValueType::Interval(..) => DURATIONS,
        ValueType::Bytes(..) => AMOUNTS,
        ValueType::Rate(..) => RATES,
        ValueType::Clock => CLOCKS,
        ValueType::Percent => SHARES,
        _ => &[],
    };
    let place = |value: &String| {
        let in_list = list.iter().position(|known| quoted(known) == *value);
        in_list.map_or_else(|| value.parse().unwrap_or(0), |place| place as u64)
    };
    if place(&one) <= place(&other) { (one, other) } else { (other, one) }
}

fn component_names() -> Vec<String> {
    vendor_catalogue().iter().map(|component| component.name.clone()).collect()
}

fn texts(list: &[String]) -> String {
    format!("[{}]", list.iter().map(quoted).collect::<Vec<_>>().join(", "))
}

/// `text` as a string of TOML; it contains nothing to escape.
pub(crate) fn quoted(text: impl std::fmt::Display) -> String {
    format!("\"{text}\"")
}
