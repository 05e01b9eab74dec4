//! `ofcscan.ini`: the entries of its section `[INI_SERVER_SECTION]` on the notification queue. Sources: KA-0006556
//! (threads), KA-0003188 (Update Agents first, the records that a pass examines), KA-0003133 (clean-up of the queue).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::found::{Found, bad_line};
use super::ini::{Entry, Ini};
use crate::scenario::Diagnostic;

const SECTION: &str = "INI_SERVER_SECTION";

const UA_THRESHOLD: &str = "Send_Notify_UA_Threshold";
const THREADS: &str = "Send_Notify_Thread_Number";
const SEARCH: &str = "Max_Search_Queue";
const CLEANS: &str = "Enable_Cancel_Notification";
const FREQUENCY: &str = "Cancel_Notification_Frequency";
const HOUR: &str = "Cancel_Notification_Hour";
const MINUTE: &str = "Cancel_Notification_Minute";
const DAY_OF_MONTH: &str = "Cancel_Notification_DayOfMonth";
const DAY_OF_WEEK: &str = "Cancel_Notification_DayOfWeek";

/// A known entry: its name, the minimum and the maximum, and its default.
const READ: [(&str, i64, i64, i64); 9] = [
    (UA_THRESHOLD, 0, 50, 0),
    (THREADS, 1, 10_000, 20),
    (SEARCH, -1, 1_000_000_000, 1_000),
    (CLEANS, 0, 1, 0),
    (FREQUENCY, 1, 3, 3),
    (HOUR, 0, 23, 1),
    (MINUTE, 0, 59, 1),
    (DAY_OF_MONTH, 1, 31, 1),
    (DAY_OF_WEEK, 0, 6, 0),
];

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// The numbers of the known entries.
struct Numbers(BTreeMap<&'static str, i64>);

impl Numbers {
    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The number of `name`, or its default.
    fn of(&self, name: &str) -> i64 {
        let default = || READ.iter().find(|(read, ..)| *read == name).map_or(0, |read| read.3);
        self.0.get(name).copied().unwrap_or_else(default)
    }
}

/// The table `[notification]` for `ini`.
pub(super) fn read(ini: &Ini<'_>) -> Found {
    let mut found = Found::default();
    let mut numbers = Numbers(BTreeMap::new());
    for entry in &ini.entries {
        let known = READ.iter().find(|(name, ..)| entry.key.eq_ignore_ascii_case(name));
        let known = known.filter(|_| entry.section.eq_ignore_ascii_case(SECTION));
        let Some((name, least, most, _)) = known else {
            let name = match entry.section {
                "" => entry.key.to_string(),
                section => format!("[{section}] {}", entry.key),
            };
            found.unread.push(name);
            continue;
        };
        let number = number(entry, *least, *most);
        match number {
            Ok(_) if numbers.has(name) => {
                let message = format!("`{name}` is repeated here");
                let span = entry.key_span.clone();
                found.problems.push(Diagnostic::new(
                    "bad-line",
                    span,
                    message,
                    "each entry only once",
                ));
            }
            Ok(number) => {
                numbers.0.insert(name, number);
                found.read.push(format!("{name} = {number}"));
            }
            Err(problem) => found.problems.push(problem),
        }
    }
    if found.problems.is_empty() && !numbers.0.is_empty() {
        write(&numbers, &mut found);
    }
    found
}

fn number(entry: &Entry<'_>, least: i64, most: i64) -> Result<i64, Diagnostic> {
    let expected = format!("a whole number from {least} to {most}");
    match entry.value.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        Ok(number) => Err(bad_line(entry, format!("{} is {number}", entry.key), &expected)),
        Err(_) => Err(bad_line(entry, format!("`{}` is not a number", entry.value), &expected)),
    }
}

fn write(numbers: &Numbers, found: &mut Found) {
    let text = &mut found.text;
    text.push_str("[notification]\n");
    for (name, key) in [(UA_THRESHOLD, "ua_threshold"), (THREADS, "threads")] {
        if numbers.has(name) {
            let _ = writeln!(text, "{key} = {}", numbers.of(name));
        }
    }
    if numbers.has(SEARCH) {
        // -1 means no limit, which a scenario writes as 0; no document defines 0.
        let _ = writeln!(text, "scan_limit = {}", numbers.of(SEARCH).max(0));
        if numbers.of(SEARCH) == 0 {
            found.notes.push(format!("{SEARCH} = 0 is read as -1, without a limit"));
        }
    }
    let is_cleaned = numbers.of(CLEANS) == 1;
    if is_cleaned {
        let clock = format!("{:02}:{:02}", numbers.of(HOUR), numbers.of(MINUTE));
        let weekday = usize::try_from(numbers.of(DAY_OF_WEEK)).unwrap_or_default();
        let schedule = match numbers.of(FREQUENCY) {
            1 => format!("monthly {} {clock}", numbers.of(DAY_OF_MONTH)),
            2 => format!("weekly {} {clock}", WEEKDAYS[weekday]),
            _ => format!("daily {clock}"),
        };
        let _ = writeln!(text, "cleanup = \"{schedule}\"");
    } else if numbers.has(CLEANS) {
        text.push_str("cleanup = \"\"\n");
    }
    if !is_cleaned && numbers.0.keys().any(|name| name.starts_with("Cancel_")) {
        found.notes.push(format!("{CLEANS} is not 1: the queue is not emptied on a schedule"));
    }
}
