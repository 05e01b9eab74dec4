//! Every key at its bounds, alone and combined with any other: read, drawn and run without overflow.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use updraft::model::settings::TopologyOption;
use updraft::scenario::keys::{Key, SECTIONS, Section};
use updraft::scenario::{Diagnostics, Overrides, Scenario, ValueType, VariedKey};

use crate::one_run;

/// A company in which every key has an effect.
const WHOLE: &str = r#"name = "whole"
start = "Mon 10:00"
duration = "7 h"
sample_every = "10 min"
[network]
model = "tcp"
[headquarters]
agents = 4
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
count = 2
agents = 5
bandwidth = "4 Mbit/s"
update_agents = 1
internet = "own"
internet_bandwidth = "10 Mbit/s"
nat = true
[[site]]
name = "shop"
via = "branch"
agents = 3
bandwidth = "2 Mbit/s"
[[router]]
name = "core"
[[link]]
name = "second"
from = "hq"
to = "core"
bandwidth = "10 Mbit/s"
[[link]]
from = "core"
to = "shop"
bandwidth = "1 Mbit/s"
[agents]
scan = [{ share = 1, at = "conventional" }, { share = 1, at = "smart" }]
presence = [{ share = 1, at = "always-on" }, { share = 1, at = "office-hours" }, { share = 1, at = "laptop" }]
scheduled = "50 %"
[[group]]
name = "pilots"
nic = "100 Mbit/s"
[[other_source]]
name = "mirror"
[server]
poll_every = "40 min"
[notification]
batch = 2
[proxy]
internet = true
[smart_protection]
[[update_agent]]
name = "extra"
site = "hq"
[[update_source]]
range = "10.0.0.0/8"
source = "extra"
[[change]]
at = "Mon 12:00"
key = "agents.schedule"
to = "every 20 min"
group = "pilots"
[[component]]
name = "Virus Pattern"
[[fault]]
at = "branch-001"
every = "3 h"
lasts = "30 min"
[[background]]
sites = "branch"
hours = [11, 12]
share = "50 %"
[[command]]
at = "Mon 12:30"
what = "update-now"
[cost]
[[threshold]]
metric = "agents"
min = 1
[[release]]
name = "morning"
at = "Mon 10:15"
components = ["Virus Pattern", "Spyware Active-monitoring Pattern"]
settings = true
program = true
[[release]]
name = "later"
at = "Mon 13:15"
components = ["Virus Pattern"]
settings = true
"#;

/// A key, as `--set` names it in [`WHOLE`]: the first table of each list.
fn path(section: &Section, key: &Key) -> String {
    match (section.name, section.repeated()) {
        ("", _) => key.name.into(),
        (name, true) => format!("{name}.0.{}", key.name),
        (name, false) => format!("{name}.{}", key.name),
    }
}

/// The minimum and the maximum of a value, or all its words, as written.
fn extremes(form: ValueType) -> Vec<String> {
    match form {
        ValueType::Flag => vec!["true".into(), "false".into()],
        ValueType::Choice(words) | ValueType::Mix(words) => {
            words.iter().map(|word| format!("\"{word}\"")).collect()
        }
        ValueType::Kinds | ValueType::Hours | ValueType::Texts => vec!["[]".into()],
        ValueType::Schedule(longest) => {
            vec![format!("\"every {longest}\""), "\"daily 00:00 for 24 h\"".into()]
        }
        ValueType::Image => [0, 5000]
            .map(|behind| format!("{{ releases_behind = {behind}, reset = \"log-off\" }}"))
            .into(),
        ValueType::Text | ValueType::Written => Vec::new(),
        ValueType::List(item, _) => {
            extremes(*item).into_iter().map(|value| format!("[{value}]")).collect()
        }
        ValueType::Limit => vec!["0".into(), "18446744073709551.615".into()],
        _ => {
            let bounds = form.bounds().expect("a number has bounds");
            let zero = bounds.or_zero.then_some(0);
            let all = [bounds.least, bounds.most].into_iter().chain(zero);
            all.map(|number| written(form, number)).collect()
        }
    }
}

fn written(form: ValueType, number: u64) -> String {
    let text = form.print(number);
    let is_number = text.parse::<f64>().is_ok();
    if is_number { text } else { format!("\"{text}\"") }
}

/// Every extreme value of every key.
static EXTREMES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for section in SECTIONS {
        for key in section.keys {
            let path = path(section, key);
            all.extend(extremes(key.form).into_iter().map(|value| (path.clone(), value)));
        }
    }
    all
});

/// Keys that determine the size of a run: such a company is read and not run here.
const SIZES: [&str; 6] = [
    "duration",
    "replications",
    "headquarters.agents",
    "site.0.agents",
    "site.0.count",
    "sample_every",
];

/// The size that takes longest to read.
const MANY_SITES: &str = "site.0.count";

fn read(values: &[(String, String)]) -> Result<Scenario, Diagnostics> {
    Scenario::parse(WHOLE, "whole.toml", &Overrides(values.to_vec()))
}

fn run(scenario: &Scenario, options: &[TopologyOption]) {
    assert_eq!(one_run::runs(scenario, options).len(), options.len());
}

fn is_size(key: &str) -> bool {
    SIZES.contains(&key)
}

#[test]
fn every_key_at_its_bounds_is_read_and_runs() {
    run(&read(&[]).unwrap_or_else(|problems| panic!("{problems}")), &TopologyOption::ALL);
    assert!(EXTREMES.len() > 250, "{}", EXTREMES.len());
    for value in EXTREMES.iter() {
        match read(std::slice::from_ref(value)) {
            Ok(scenario) if !is_size(&value.0) => run(&scenario, &TopologyOption::ALL),
            Ok(_) => {}
            // Its own value is not a problem, but its combination with others may be.
            Err(problems) => {
                let is_own = |code: &str| code == "bad-value" || code == "syntax";
                assert!(problems.list.iter().all(|at| !is_own(at.code)), "{value:?}: {problems}");
            }
        }
    }
}

#[test]
fn beyond_its_bounds_a_value_is_refused_everywhere_and_the_bound_is_named() {
    let mut tried = 0;
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.md");
    let docs = std::fs::read_to_string(docs).expect("the reference");
    let schema = updraft::scenario::schema::schema();
    for section in SECTIONS {
        for key in section.keys {
            let Some(bounds) = key.form.bounds() else { continue };
            let row =
                format!("<a id=\"{}\">", updraft::scenario::reference::full_name(section, key));
            let row = docs.lines().find(|line| line.contains(&row)).expect("a row");
            let table = match section.name {
                "" => &schema,
                name if section.repeated() => &schema["properties"][name]["items"],
                name => &schema["properties"][name],
            };
            let noted = table["properties"][key.name].to_string();
            let beyond = [
                bounds.most.checked_add(1).map(|beyond| (bounds.most, beyond)),
                bounds.least.checked_sub(1).filter(|beyond| *beyond > 0).map(|b| (bounds.least, b)),
            ];
            for (bound, beyond) in beyond.into_iter().flatten() {
                // A time of day is its own bound; a percentage has 100.
                if matches!(key.form, ValueType::Percent | ValueType::Between(ValueType::Clock)) {
                    continue;
                }
                let (name, bound) = (path(section, key), key.form.print(bound));
                let problems = read(&[(name.clone(), written(key.form, beyond))]).unwrap_err();
                let said = problems.to_string();
                assert!(said.contains(&format!("than {bound}")), "{name}: {said}");
                assert!(row.contains(&bound), "{row}");
                assert!(noted.contains(&bound), "{noted}");
                let varied = VariedKey::find(&name).expect("a key that may be varied");
                assert!(varied.quantity(&varied.written(beyond)).is_err(), "{name}");
                tried += 1;
            }
        }
    }
    assert!(tried > 80, "{tried}");
}

#[test]
fn a_count_that_does_not_fit_into_64_bits_is_refused() {
    let mut tried = 0;
    for (section, key) in SECTIONS.iter().flat_map(|of| of.keys.iter().map(move |key| (of, key))) {
        let ValueType::Count(_, most) = key.form else { continue };
        let value = (path(section, key), (u128::from(u64::MAX) + 1).to_string());
        let problems = read(&[value]).expect_err(key.name).to_string();
        assert!(problems.contains(&format!("more than {most}")), "{}: {problems}", key.name);
        tried += 1;
    }
    assert!(tried > 10, "{tried}");
}

#[test]
fn one_wrong_value_tells_one_problem() {
    for section in SECTIONS {
        for key in section.keys {
            // No key takes a table.
            let wrong = (path(section, key), "{}".to_string());
            let problems = read(std::slice::from_ref(&wrong)).unwrap_err();
            assert_eq!(problems.count(), 1, "{wrong:?}\n{problems}");
            assert_eq!(problems.list[0].code, "bad-value", "{wrong:?}");
            // A wrong word, a number out of bounds, and a list of nothing a key takes; names are
            // what other tables refer to.
            for value in ["no such thing", "-1", "9e99", "[[]]"] {
                let wrong = (path(section, key), value.to_string());
                let told =
                    read(std::slice::from_ref(&wrong)).map_or_else(|told| told.count(), |_| 0);
                assert!(
                    told <= 1 || wrong.0.rsplit('.').next() == Some("name"),
                    "{wrong:?}: {told} problems"
                );
            }
        }
    }
    // Texts that are invalid only by their meaning.
    for (key, wrong) in [
        ("start", "Monday"),
        ("release.0.at", "soon"),
        ("agents.schedule", "hourly"),
        ("headquarters.subnet", "10.1.2.3/4"),
        ("site.0.via", "nowhere"),
        ("fault.0.at", "nothing"),
        ("background.0.sites", "nobody"),
        ("component.0.name", "Pattern"),
        ("update_source.0.range", "all"),
        ("update_agent.0.site", "nowhere"),
    ] {
        let problems = read(&[(key.into(), wrong.into())]).unwrap_err();
        assert_eq!(problems.count(), 1, "{key} = {wrong}\n{problems}");
    }
}

#[test]
fn as_many_releases_of_settings_as_there_may_be_are_counted() {
    let mut text = WHOLE.split("[[release]]").next().expect("what comes first").to_string();
    for number in 0..300 {
        let _ = write!(
            text,
            "[[release]]\nname = \"s{number}\"\nat = \"{} s\"\nsettings = true\n",
            number + 1
        );
    }
    let scenario = Scenario::parse(&text, "whole.toml", &Overrides::default());
    run(&scenario.unwrap_or_else(|problems| panic!("{problems}")), &TopologyOption::ALL);
}

/// A covering array of strength two over [`EXTREMES`]: each row sets many keys, so that any two values of different
/// keys occur together in one. Each row grows greedily from an uncovered pair. Source: Bryce and Colbourn, *The density
/// algorithm for pairwise interaction testing*, Software Testing, Verification and Reliability 17 (2007), in its
/// simplest form.
struct Pairs {
    /// Whether two values are still uncovered, in either order.
    missing: Vec<Vec<bool>>,
}

/// The number of keys of a row: few enough that events happen in its run.
const WIDTH: usize = 40;

impl Pairs {
    fn of_all() -> Self {
        // A million sites take seconds to read: this many are tested alone.
        let is_asked = |one: usize, two: usize| {
            let [one, two] = [one, two].map(|at| EXTREMES[at].0.as_str());
            one != two && one != MANY_SITES && two != MANY_SITES
        };
        let missing = |one| (0..EXTREMES.len()).map(|two| is_asked(one, two)).collect();
        Self { missing: (0..EXTREMES.len()).map(missing).collect() }
    }

    /// An uncovered pair, and the values that fit best with it.
    fn row(&self) -> Option<Vec<usize>> {
        let (one, two) = self.missing.iter().enumerate().find_map(|(one, others)| {
            others.iter().position(|is_missing| *is_missing).map(|two| (one, two))
        })?;
        let is_read_only = [one, two].iter().any(|at| is_size(&EXTREMES[*at].0));
        let mut row = vec![one, two];
        let mut gain: Vec<usize> = vec![0; EXTREMES.len()];
        let mut free: Vec<bool> =
            EXTREMES.iter().map(|(key, _)| is_read_only || !is_size(key)).collect();
        for next in 0.. {
            let added = row[next];
            for (at, (key, _)) in EXTREMES.iter().enumerate() {
                gain[at] += usize::from(self.missing[added][at]);
                free[at] &= *key != EXTREMES[added].0;
            }
            if next + 1 == row.len() {
                let best = (0..EXTREMES.len()).filter(|at| free[*at]).max_by_key(|at| gain[*at]);
                match best.filter(|at| gain[*at] > 0 && row.len() < WIDTH) {
                    Some(best) => row.push(best),
                    None => break,
                }
            }
        }
        Some(row)
    }

    /// Records that all values of `row` are covered; in a row that is only read, with a size.
    fn have_met(&mut self, row: &[usize]) {
        let large = |at: usize| is_size(&EXTREMES[at].0);
        let is_read_only = row.iter().any(|at| large(*at));
        for one in row {
            for two in row.iter().filter(|two| !is_read_only || large(*one) || large(**two)) {
                self.missing[*one][*two] = false;
            }
        }
    }
}

/// The scenario with the values of `row`.
fn with(row: &[usize]) -> Result<Scenario, Diagnostics> {
    read(&row.iter().map(|at| EXTREMES[*at].clone()).collect::<Vec<_>>())
}

/// Adds to `row` those of `more` with which it is still valid.
fn add_valid(row: &mut Vec<usize>, more: &[usize]) {
    let whole = [&row[..], more].concat();
    if with(&whole).is_ok() {
        *row = whole;
    } else if more.len() > 1 {
        let (one, other) = more.split_at(more.len() / 2);
        add_valid(row, one);
        add_valid(row, other);
    }
}

#[test]
fn any_two_keys_at_their_bounds_are_read_and_run() {
    let mut pairs = Pairs::of_all();
    let (mut rows, mut refused) = (0, 0);
    while let Some(wanted) = pairs.row() {
        let (pair, more) = wanted.split_at(2);
        let mut row = pair.to_vec();
        // Two values may contradict each other, which is reported.
        if with(pair).is_err() {
            pairs.have_met(pair);
            refused += 1;
            continue;
        }
        add_valid(&mut row, more);
        pairs.have_met(&row);
        if !row.iter().any(|at| is_size(&EXTREMES[*at].0)) {
            let scenario = with(&row).expect("it is valid");
            run(&scenario, &TopologyOption::ALL[rows % 4..=rows % 4]);
        }
        rows += 1;
    }
    assert!(rows > 100 && rows + refused < 20_000, "{rows} rows, {refused} refused");
}
