//! Number formats for people: quantities with units, counts, thousands separators. Terminal, page and plots use
//! them; machine-readable files do not.

/// Units of one quantity, the largest first.
type Units = [(&'static str, f64)];

const TIME: &Units = &[("d", 86_400.0), ("h", 3600.0), ("min", 60.0), ("s", 1.0)];
/// Units of amounts of data.
pub const BYTES: &Units = &[("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0)];
/// Units of data rates.
pub const RATES: &Units =
    &[("Tbit/s", 1e12), ("Gbit/s", 1e9), ("Mbit/s", 1e6), ("kbit/s", 1e3), ("bit/s", 1.0)];

/// `value` of a metric's `unit`: "1 h 23 min", "12.4 GB", "30,600".
pub fn quantity(unit: &str, value: f64) -> String {
    match unit {
        "s" => duration(value),
        "bytes" => scaled(value, BYTES),
        "bit/s" => scaled(value, RATES),
        // The price of the traffic of a day may be a fraction of the smallest coin.
        "cost" if value.abs() < 100.0 => significant(value, 3),
        // A mean of counts need not be an integer; if it is small, its fraction matters.
        _ if value.fract() != 0.0 && value < 100.0 => format!("{value:.1}"),
        _ => thousands(value),
    }
}

/// A mean that some replications may never have reached, in a metric's unit.
pub fn mean_or_never(unit: &str, mean: Option<f64>) -> String {
    mean.map_or_else(|| "never".into(), |mean| quantity(unit, mean))
}

/// A number in a metric's unit that may be negative.
pub fn signed(unit: &str, value: f64) -> String {
    let size = quantity(unit, value.abs());
    match size.strip_prefix("< ") {
        _ if value >= 0.0 => size,
        Some(most) => format!("> −{most}"),
        None => format!("−{size}"),
    }
}

/// The 95 % interval of a difference in a metric's unit, in parentheses.
pub fn interval_of_difference(unit: &str, (low, high): (f64, f64)) -> String {
    format!(" (95 % interval of the difference {} to {})", signed(unit, low), signed(unit, high))
}

/// The unit in which `most` is a number of one to three digits.
pub fn unit_for(most: f64, units: &'static Units) -> (&'static str, f64) {
    units.iter().copied().find(|(_, scale)| most >= *scale).unwrap_or(units[units.len() - 1])
}

/// Seconds in the two largest relevant units: "45 s", "57 min", "1 h 23 min", "2 d 4 h".
fn duration(seconds: f64) -> String {
    if seconds > 0.0 && seconds < 0.05 {
        return "< 0.1 s".into();
    }
    if seconds < 59.5 {
        // A zero is exact; a time below a second is not rounded to zero.
        let decimals = usize::from(seconds > 0.0 && seconds < 9.95);
        return format!("{seconds:.decimals$} s");
    }
    if seconds < 600.0 {
        let whole = seconds.round();
        return two(whole, &TIME[2..]);
    }
    let minutes = (seconds / 60.0).round() * 60.0;
    if minutes < 172_800.0 {
        two(minutes, &TIME[1..])
    } else {
        two((seconds / 3600.0).round() * 3600.0, &TIME[..2])
    }
}

/// `seconds` in a unit and the next smaller one.
fn two(seconds: f64, units: &Units) -> String {
    let larger = units.iter().position(|(_, scale)| seconds >= *scale).unwrap_or(0);
    let (name, scale) = units[larger];
    let whole = (seconds / scale).floor();
    let rest = seconds - whole * scale;
    match units.get(larger + 1) {
        Some((smaller, scale)) if rest >= *scale => {
            format!("{} {name} {:.0} {smaller}", thousands(whole), rest / scale)
        }
        _ => format!("{} {name}", thousands(whole)),
    }
}

/// Seconds to the millisecond, in all relevant units: "5 h 29 min 48.2 s".
pub fn exact_duration(seconds: f64) -> String {
    let mut left = (seconds.abs() * 1000.0).round() / 1000.0;
    let mut parts = Vec::new();
    for (name, scale) in &TIME[..3] {
        let whole = (left / scale).floor();
        if whole > 0.0 {
            parts.push(format!("{} {name}", thousands(whole)));
        }
        left -= whole * scale;
    }
    let rest = number(left);
    if rest != "0" || parts.is_empty() {
        parts.push(format!("{rest} s"));
    }
    format!("{}{}", if seconds < 0.0 { "-" } else { "" }, parts.join(" "))
}

/// `value` of a metric's `unit` to three decimals, or a smaller cost to six digits: "1 h 1 min 2.5 s",
/// "1,234,567.5 bytes", "0.0630412".
pub fn exact_quantity(unit: &str, value: f64) -> String {
    match unit {
        "s" => exact_duration(value),
        "bytes" | "bit/s" => format!("{} {unit}", number(value)),
        "cost" if value.abs() < 1000.0 => significant(value, 6),
        _ => number(value),
    }
}

/// A number with up to three decimals, without trailing zeros, with a comma before each three digits.
pub fn number(value: f64) -> String {
    with_decimals(value, 3)
}

/// A number with up to this many significant digits, without trailing zeros.
fn significant(value: f64, digits: i32) -> String {
    let least = 10_f64.powi(digits - 1);
    let (mut decimals, mut scaled) = (0, value.abs());
    // Prices are sums of 10⁻¹² of the currency.
    while scaled < least && decimals < 12 {
        scaled *= 10.0;
        decimals += 1;
    }
    with_decimals(value, decimals)
}

/// A number with up to this many decimals, without trailing zeros, with a comma before each three digits.
fn with_decimals(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let decimals = decimals.trim_end_matches('0');
    let whole = thousands(whole.parse().unwrap_or_default());
    let sign = if value < 0.0 { "-" } else { "" };
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{decimals}")
}

fn scaled(value: f64, units: &'static Units) -> String {
    let (name, scale) = unit_for(value, units);
    format!("{} {name}", decimal(value / scale))
}

/// A number with one decimal if it is relevant; a small value is not rounded to zero.
pub fn decimal(number: f64) -> String {
    if number > 0.0 && number < 0.05 {
        return "< 0.1".into();
    }
    let is_whole = number >= 99.95 || number.fract() == 0.0;
    if is_whole { thousands(number) } else { format!("{number:.1}") }
}

/// "1 point", "2 points".
pub fn counted(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// The nearest whole number with a comma before each three digits.
pub fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if value < 0.0 && digits != "0" { format!("-{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_numbers_have_all_their_digits() {
        for (seconds, said) in [
            (0.0, "0 s"),
            (7200.0, "2 h"),
            (20_000.0, "5 h 33 min 20 s"),
            (19_788.2, "5 h 29 min 48.2 s"),
            (90_000.001, "1 d 1 h 0.001 s"),
        ] {
            assert_eq!(exact_duration(seconds), said);
        }
        assert_eq!(number(6105.25), "6,105.25");
        assert_eq!(number(-0.5), "-0.5");
        assert_eq!(exact_quantity("cost", 0.063_04), "0.06304");
        assert_eq!(exact_quantity("cost", 1234.56789), "1,234.568");
    }

    #[test]
    fn negative_numbers_have_their_sign_before_the_digits() {
        for (value, said) in [
            (-0.03, "> −0.1 s"),
            (0.03, "< 0.1 s"),
            (-0.0, "0 s"),
            (-0.25, "−0.2 s"),
            (-95.0, "−1 min 35 s"),
        ] {
            assert_eq!(signed("s", value), said);
        }
    }

    #[test]
    fn numbers_read_as_a_person_would_say_them() {
        for (unit, value, said) in [
            ("s", 0.0, "0 s"),
            ("s", 0.002, "< 0.1 s"),
            ("s", 0.25, "0.2 s"),
            ("s", 59.4, "59 s"),
            ("s", 59.7, "1 min"),
            ("s", 95.0, "1 min 35 s"),
            ("s", 2970.9, "50 min"),
            ("s", 3599.0, "1 h"),
            ("s", 4980.0, "1 h 23 min"),
            ("s", 7200.0, "2 h"),
            ("s", 83_520.0, "23 h 12 min"),
            ("s", 190_000.0, "2 d 5 h"),
            ("bytes", 11_031_491_130.0, "11.0 GB"),
            ("bytes", 3e9, "3 GB"),
            ("bytes", 999_960_000.0, "1,000 MB"),
            ("bytes", 0.0, "0 B"),
            ("bit/s", 359_409_596.0, "359 Mbit/s"),
            ("agent-hours", 89_491.7, "89,492"),
            ("cost", 0.0, "0"),
            ("cost", 0.063_04, "0.063"),
            ("cost", 0.000_170_96, "0.000171"),
            ("cost", 2.5, "2.5"),
            ("cost", 12.345, "12.3"),
            ("cost", 1234.5, "1,234"),
            ("count", 5405.0, "5,405"),
            ("count", 2.5, "2.5"),
            ("count", 1_000_000.0, "1,000,000"),
        ] {
            assert_eq!(quantity(unit, value), said);
        }
    }
}
