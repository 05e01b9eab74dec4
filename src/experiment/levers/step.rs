//! A key one step further.

use crate::scenario::VariedKey;
use crate::units::SimDuration;
use crate::units::text::{parse_duration, print_duration};

/// In which direction a wait becomes shorter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::experiment) enum Step {
    Double,
    Halve,
    /// Of a schedule: it comes twice as often.
    TwiceAsOften,
    /// This value, where nothing is to be doubled or halved.
    To(String),
}

/// A value one step further; `None` where there is no further one.
pub(super) fn stepped(key: &str, value: &str, step: &Step) -> Option<String> {
    match step {
        Step::To(next) => (unquoted(value) != *next).then(|| next.clone()),
        Step::TwiceAsOften => more_often(&unquoted(value)),
        Step::Double => scaled(key, value, (2, 1)),
        Step::Halve => scaled(key, value, (1, 2)),
    }
}

/// A number, or both ends of a range, multiplied by a ratio within the bounds of the key; `None` where that changes nothing.
pub fn scaled(key: &str, value: &str, (times, over): (u64, u64)) -> Option<String> {
    let known = VariedKey::find(key).ok()?;
    let (least, most) = known.limits();
    let one = |value: &str| {
        let number = known.quantity(value).ok()?;
        let next = number.saturating_mul(times) / over;
        let next = next.clamp(least.max(1), most);
        (next != number && number > 0).then(|| known.written(next))
    };
    let Some(parts) = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return one(value);
    };
    let parts: Option<Vec<String>> =
        parts.split(',').map(|part| one(part.trim()).map(|next| format!("\"{next}\""))).collect();
    parts.map(|parts| format!("[{}]", parts.join(", ")))
}

/// A schedule that comes twice as often, or the next shorter one.
fn more_often(schedule: &str) -> Option<String> {
    let Some(every) = schedule.strip_prefix("every ") else {
        return Some(if schedule.starts_with("daily") { "every 12 h" } else { "every 1 d" }.into());
    };
    let (span, spread) = every.split_once(',').map_or((every, ""), |(span, _)| (span, ", spread"));
    let half = SimDuration::from_nanos(parse_duration(span.trim()).ok()?.as_nanos() / 2);
    Some(format!("every {}{spread}", print_duration(half)))
}

/// A value without the quotes of TOML, as in `--set`.
pub fn unquoted(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(value).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_doubles_or_halves_what_is_in_force_within_its_bounds() {
        let is = |key, value, step, after: &str| {
            assert_eq!(stepped(key, value, &step).as_deref(), Some(after), "{key} {value}");
        };
        is("notification.threads", "20", Step::Double, "40");
        is("notification.interval", "\"15 min\"", Step::Halve, "7.5 min");
        is("site.branch.bandwidth", "\"4 Mbit/s\"", Step::Double, "8 Mbit/s");
        is(
            "site.branch.bandwidth",
            "[\"4 Mbit/s\", \"20 Mbit/s\"]",
            Step::Double,
            "[\"8 Mbit/s\", \"40 Mbit/s\"]",
        );
        is("server.schedule", "\"every 1 h\"", Step::TwiceAsOften, "every 30 min");
        is("server.schedule", "\"every 3 h, spread\"", Step::TwiceAsOften, "every 1.5 h, spread");
        is("server.schedule", "\"daily 12:00 for 2 h\"", Step::TwiceAsOften, "every 12 h");
        is("site.branch.update_agents", "0", Step::To("1".into()), "1");
        // At most 10,000 threads; nothing doubled is nothing; a value in force is no step.
        assert_eq!(stepped("notification.threads", "10000", &Step::Double), None);
        assert_eq!(stepped("server.max_transfers", "0", &Step::Double), None);
        assert_eq!(stepped("server.deploys", "true", &Step::To("true".into())), None);
    }
}
