//! Synthetic companies: their values are drawn, so the truth is known.

use std::fmt::Write as _;

use updraft::random::{Purpose, Streams};

/// A company with its true values.
#[derive(Clone, Debug)]
pub(crate) struct Company {
    /// Its number, which all draws depend on.
    pub(crate) number: u32,
    /// The share of notifications that go unanswered.
    pub(crate) unanswered: f64,
    /// The number of notifier threads.
    pub(crate) threads: u32,
    /// The time of a notification that is answered, in ms.
    pub(crate) connect_ms: u64,
    /// The time of one that is not, in s.
    pub(crate) timeout_s: u64,
    /// The share of agents that are current.
    pub(crate) current: f64,
    /// The share of computers that are always on.
    pub(crate) always_on: f64,
    /// The share of working days on which an agent is absent.
    pub(crate) absent: f64,
    /// The bandwidth of the links of kiosks, in kbit/s.
    pub(crate) kiosk_kbps: u64,
    /// The server's slots.
    pub(crate) slots: u32,
}

/// The values with which a calibration begins, none of which is true.
const GUESS: Company = Company {
    number: 0,
    unanswered: 0.0,
    threads: 20,
    connect_ms: 100,
    timeout_s: 20,
    current: 1.0,
    always_on: 1.0,
    absent: 0.0,
    kiosk_kbps: 4_000,
    slots: 250,
};

impl Company {
    /// Company `number`: all shares are uniform, all other values uniform in the logarithm. Kiosks are slow enough that it
    /// matters how slow they are.
    pub(crate) fn drawn(number: u32) -> Self {
        let streams = Streams::new(u64::from(number), 0);
        let mut nth = 0;
        let mut uniform = |from: f64, to: f64| {
            nth += 1;
            from + (to - from) * fraction(streams.draw(Purpose::Resample, number, nth).bits())
        };
        Self {
            number,
            unanswered: uniform(0.005, 0.08),
            threads: whole(uniform(2.0_f64.ln(), 12.0_f64.ln()).exp()),
            connect_ms: whole(uniform(200.0_f64.ln(), 2_000.0_f64.ln()).exp()).into(),
            timeout_s: whole(uniform(5.0, 30.0)).into(),
            current: uniform(0.4, 0.9),
            always_on: uniform(0.2, 0.8),
            absent: uniform(0.01, 0.1),
            kiosk_kbps: whole(uniform(100.0_f64.ln(), 400.0_f64.ln()).exp()).into(),
            slots: whole(uniform(6.0_f64.ln(), 200.0_f64.ln()).exp()),
        }
    }

    /// Its scenario: headquarters, branches with an Update Agent, and kiosks on slow links without one, for five days with
    /// a release each.
    pub(crate) fn scenario(&self) -> String {
        self.written(self)
    }

    /// The scenario as someone knows it who has not measured: the network, but no value that logs may show.
    pub(crate) fn guess(&self) -> String {
        let known = Self { number: self.number, kiosk_kbps: self.kiosk_kbps, ..GUESS };
        self.written(&known)
    }

    fn written(&self, values: &Self) -> String {
        let mixture = |share: f64, value: &str, other: &str| {
            let per_mille = whole(share * 1_000.0);
            match per_mille {
                1_000 => value.to_string(),
                _ => format!(
                    "[{{ share = {per_mille}, at = {value} }}, {{ share = {}, at = {other} }}]",
                    1_000 - per_mille
                ),
            }
        };
        let percent = |share: f64| format!("\"{:.3} %\"", share * 100.0);
        let mut text = format!(
            "name = \"company-{}\"\noption = \"server-ua\"\nstart = \"2026-11-02 00:00\"\n\
             duration = \"120 h\"\n[headquarters]\nagents = 80\ninternet_bandwidth = \"100 Mbit/s\"\n\
             [[site]]\nname = \"branch\"\ncount = 2\nagents = 40\nbandwidth = \"4 Mbit/s\"\n\
             update_agents = 1\n[[site]]\nname = \"kiosk\"\ncount = 2\nagents = 30\n\
             bandwidth = \"{} kbit/s\"\n[agents]\npresence = {}\nreleases_behind = {}\n\
             [working_day]\nabsent = {}\n[server]\nslots = {}\n[notification]\nunanswered = {}\n\
             threads = {}\nconnect_time = \"{} ms\"\nconnect_timeout = \"{} s\"\n",
            self.number,
            values.kiosk_kbps,
            mixture(values.always_on, "\"always-on\"", "\"office-hours\""),
            mixture(values.current, "0", "[1, 12]"),
            percent(values.absent),
            values.slots,
            percent(values.unanswered),
            values.threads,
            values.connect_ms,
            values.timeout_s,
        );
        for day in ["Mon", "Tue", "Wed", "Thu", "Fri"] {
            let _ = write!(
                text,
                "[[release]]\nname = \"{day}\"\nat = \"{day} 10:15\"\ncomponents = [\"Virus Pattern\"]\n"
            );
        }
        text
    }
}

/// Random bits as a number from 0 to 1.
pub(crate) fn fraction(bits: u64) -> f64 {
    f64::from(u32::try_from(bits >> 32).expect("32 bits")) / f64::from(u32::MAX)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
fn whole(number: f64) -> u32 {
    number.round() as u32
}
