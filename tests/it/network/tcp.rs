//! The TCP model compared with real transfers through shaped links, and with the fluid model.
//!
//! Queueing, the random share, the weights by round trip and the early release were fitted to these same data; framing,
//! set-up and slow start were not.

use std::collections::BTreeMap;

use serde_json::Value;
use updraft::ids::{ChannelId, ClassId, Column};
use updraft::network::tcp::{AVERAGE_WEIGHT, Congestion, TcpModel};
use updraft::network::{Network, TransferId};
use updraft::random::{Purpose, Streams};
use updraft::units::{BitRate, Bytes, SimDuration, SimTime};

/// One direction of a shaped link.
#[derive(Clone, Copy, Debug)]
struct Shaped {
    channel: ChannelId,
    bandwidth: BitRate,
    fifo: Bytes,
}

#[derive(Clone, Debug)]
struct Download {
    start: SimTime,
    size: Bytes,
    path: Vec<Shaped>,
    rtt: SimDuration,
    back_off: SimDuration,
}

/// A case: its shaped channels and its downloads.
#[derive(Clone, Debug)]
struct Case {
    bandwidths: Vec<BitRate>,
    downloads: Vec<Download>,
    limit: Option<usize>,
}

/// The result of a simulated case.
#[derive(Clone, Debug)]
struct Outcome {
    /// Of each download, in seconds from its scheduled start.
    durations: Vec<f64>,
    makespan: f64,
    refusals: u32,
}

fn file(path: &str) -> String {
    let path = format!("{}/tests/data/tcp/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("the data are in the repository")
}

/// A case as recorded.
pub(crate) fn case_file(name: &str) -> Value {
    serde_json::from_str(&file(&format!("cases/{name}.json"))).expect("a case")
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive")]
pub(crate) fn whole(value: f64) -> u64 {
    value.round() as u64
}

pub(crate) fn nanos(value: &Value, unit: f64) -> u64 {
    whole(value.as_f64().unwrap_or(0.0) * unit)
}

impl Case {
    fn read(name: &str) -> Self {
        let json = case_file(name);
        let mut bandwidths = Vec::new();
        let mut hops: BTreeMap<String, (Option<Shaped>, u64)> = BTreeMap::new();
        for link in json["links"].as_array().expect("links") {
            for way in ["ab", "ba"] {
                let shaped = link[format!("rate_{way}_bps")].as_f64().map(|bits| {
                    let channel = u32::try_from(bandwidths.len()).expect("few");
                    let bandwidth = BitRate::from_bits_per_sec(whole(bits));
                    bandwidths.push(bandwidth);
                    let fifo = Bytes::new(nanos(&link[format!("buffer_{way}_bytes")], 1.0));
                    Shaped { channel: ChannelId(channel), bandwidth, fifo }
                });
                let name = format!("{}:{way}", link["id"].as_str().expect("an id"));
                let _ = hops.insert(name, (shaped, nanos(&link["delay_ms"], 1e6)));
            }
        }
        let downloads = json["downloads"].as_array().expect("downloads");
        let read = |download: &Value| {
            let source = download["sources"][0].as_str().expect("a source");
            let path = download["paths"][source].as_array().expect("a path");
            let hops: Vec<_> = path.iter().map(|hop| hops[hop.as_str().expect("a hop")]).collect();
            Download {
                start: SimTime::from_nanos(nanos(&download["start_s"], 1e9)),
                size: Bytes::new(nanos(&download["bytes"], 1.0)),
                path: hops.iter().filter_map(|hop| hop.0).collect(),
                rtt: SimDuration::from_nanos(hops.iter().map(|hop| 2 * hop.1).sum()),
                back_off: SimDuration::from_nanos(nanos(&download["backoff_503_s"], 1e9)),
            }
        };
        let limit = json["limit_conn"]["srv"].as_u64();
        Self {
            bandwidths,
            downloads: downloads.iter().map(read).collect(),
            limit: limit.map(|limit| usize::try_from(limit).expect("small")),
        }
    }

    fn simulate(&self, model: TcpModel, seed: u64) -> Outcome {
        Simulation::new(self, model, seed).run()
    }

    /// The shortest round trip, with the queueing of the first link.
    fn shortest(&self, model: TcpModel) -> SimDuration {
        let trips = self.downloads.iter().map(|download| round_trip(download, model));
        trips.min().expect("downloads")
    }
}

/// With the queueing of its first shaped link, which is the bottleneck of these cases.
fn round_trip(download: &Download, model: TcpModel) -> SimDuration {
    let first = download.path[0];
    download.rtt + model.queueing_delay(first.fifo, first.bandwidth)
}

struct Simulation<'a> {
    case: &'a Case,
    model: TcpModel,
    network: Network,
    streams: Streams,
    shortest: SimDuration,
    /// Requests: (instant, order, download).
    agenda: BTreeMap<(SimTime, u32), usize>,
    order: u32,
    /// The downloads with a seat at the source.
    seated: Vec<(usize, TransferId)>,
    admitted: Vec<usize>,
    outcome: Outcome,
}

impl<'a> Simulation<'a> {
    fn new(case: &'a Case, model: TcpModel, seed: u64) -> Self {
        let capacities: Column<ChannelId, BitRate> =
            case.bandwidths.iter().map(|&bandwidth| model.capacity(bandwidth)).collect();
        let durations = vec![f64::NAN; case.downloads.len()];
        let mut simulation = Self {
            case,
            model,
            network: Network::new(capacities),
            streams: Streams::new(seed, 0),
            shortest: case.shortest(model),
            agenda: BTreeMap::new(),
            order: 0,
            seated: Vec::new(),
            admitted: Vec::new(),
            outcome: Outcome { durations, makespan: 0.0, refusals: 0 },
        };
        for (index, download) in case.downloads.iter().enumerate() {
            simulation.plan(download.start, index);
        }
        simulation
    }

    fn plan(&mut self, time: SimTime, what: usize) {
        self.order += 1;
        let _ = self.agenda.insert((time, self.order), what);
    }

    fn run(mut self) -> Outcome {
        loop {
            let next = self.agenda.first_key_value().map_or(SimTime::NEVER, |entry| entry.0.0);
            let now = self.network.next_end().min(next).min(self.next_release());
            if now == SimTime::NEVER {
                return self.outcome;
            }
            self.network.advance_to(now);
            self.release_seats(now);
            while let Some(ended) = self.network.pop_ended() {
                self.end(now, ended.tag as usize);
            }
            while let Some(entry) = self.agenda.first_entry() {
                if entry.key().0 > now {
                    break;
                }
                let index = entry.remove();
                self.request(now, index);
            }
            let admitted = std::mem::take(&mut self.admitted);
            let starts: Vec<_> =
                admitted.iter().map(|&index| self.prepare(now, index, admitted.len())).collect();
            for (index, (class, time)) in admitted.into_iter().zip(starts) {
                let tag = u32::try_from(index).expect("few");
                let size = self.case.downloads[index].size;
                self.seated.push((index, self.network.start_later(class, size, tag, time)));
            }
        }
    }

    fn request(&mut self, now: SimTime, index: usize) {
        let download = &self.case.downloads[index];
        let busy = self.seated.len() + self.admitted.len();
        if self.case.limit.is_some_and(|limit| busy >= limit) {
            self.outcome.refusals += 1;
            // A refusal takes a connection, too.
            let trip = self.model.startup(Bytes::ZERO, self.trip_now(download), BitRate::MAX);
            let trip = trip.before + trip.after;
            self.plan(now + trip + download.back_off, index);
            return;
        }
        self.admitted.push(index);
    }

    /// The round trip, with queueing if the first shaped link is saturated.
    fn trip_now(&self, download: &Download) -> SimDuration {
        let first = download.path[0];
        let capacity = self.model.capacity(first.bandwidth).bits_per_sec();
        let full = self.network.load(first.channel).bits_per_sec() + 1000 > capacity;
        if full { round_trip(download, self.model) } else { download.rtt }
    }

    /// The class of one of this many that are admitted at this instant, and when it shares bandwidth.
    fn prepare(&mut self, now: SimTime, index: usize, admitted: usize) -> (ClassId, SimTime) {
        let download = &self.case.downloads[index];
        let path: Vec<ChannelId> = download.path.iter().map(|hop| hop.channel).collect();
        let probe = self.network.class(&path, None, AVERAGE_WEIGHT);
        let share = self.network.share_of_more(probe, admitted as u64);
        let nanos = 8_000_000_000 * u128::from(download.size.count())
            / u128::from(share.bits_per_sec().max(1));
        let expected = SimDuration::from_nanos(u64::try_from(nanos).expect("soon"));
        let tag = u32::try_from(index).expect("few");
        let bits = self.streams.draw(Purpose::TransferShare, tag, 0).between(0, u64::MAX);
        let trip = round_trip(download, self.model);
        let weight = self.model.weight(trip, self.shortest, expected, bits);
        let startup = self.model.startup(download.size, self.trip_now(download), share);
        (self.network.class(&path, None, weight), now + startup.before)
    }

    fn end(&mut self, now: SimTime, index: usize) {
        let download = &self.case.downloads[index];
        let after = self.model.startup(download.size, download.rtt, BitRate::MAX).after;
        let finish = now + after;
        self.outcome.durations[index] = finish.since(download.start).as_secs_f64();
        self.outcome.makespan = self.outcome.makespan.max(finish.as_secs_f64());
        self.seated.retain(|seat| seat.0 != index);
    }

    /// The source has written its last byte before the client has it.
    fn release(&self, seat: &(usize, TransferId)) -> SimTime {
        let lead = self.model.early_release(round_trip(&self.case.downloads[seat.0], self.model));
        let rate = u128::from(self.network.rate(seat.1).bits_per_sec());
        let left = u128::from(self.network.remaining(seat.1).count()) * 8_000_000_000;
        match u64::try_from(left.checked_div(rate).unwrap_or(u128::MAX)) {
            Ok(left) => self.network.now() + SimDuration::from_nanos(left).saturating_sub(lead),
            Err(_) => SimTime::NEVER,
        }
    }

    fn next_release(&mut self) -> SimTime {
        self.network.settle();
        self.seated.iter().map(|seat| self.release(seat)).min().unwrap_or(SimTime::NEVER)
    }

    fn release_seats(&mut self, now: SimTime) {
        let free: Vec<usize> = self
            .seated
            .iter()
            .filter(|seat| self.release(seat) <= now)
            .map(|seat| seat.0)
            .collect();
        self.seated.retain(|seat| !free.contains(&seat.0));
    }
}

/// Mean durations in the order of the case, and mean makespan, over the three repetitions.
pub(crate) fn measured(name: &str) -> (Vec<f64>, f64) {
    let json = case_file(name);
    let downloads = json["downloads"].as_array().expect("downloads");
    let mut durations = vec![0.0; downloads.len()];
    let mut makespan = 0.0;
    for repetition in 1..=3 {
        let text = file(&format!("measured/{name}_rep{repetition}.csv"));
        let mut last = 0.0_f64;
        for row in text.lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            let number = |column: usize| -> f64 { cells[column].parse().expect("a number") };
            let index = downloads.iter().position(|download| download["id"] == cells[0]);
            durations[index.expect("a download of the case")] += (number(8) - number(4)) / 3.0;
            last = last.max(number(8));
        }
        makespan += last / 3.0;
    }
    (durations, makespan)
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / f64::from(u32::try_from(values.len()).expect("few"))
}

/// Mean absolute relative error of the durations.
pub(crate) fn error(ours: &[f64], theirs: &[f64]) -> f64 {
    mean(&ours.iter().zip(theirs).map(|(one, other)| (one / other - 1.0).abs()).collect::<Vec<_>>())
}

/// Per cent with its sign, as in the table.
fn per_cent(ours: f64, theirs: f64) -> String {
    format!("{:+.1}", (ours / theirs - 1.0) * 100.0).replace('-', "−")
}

/// The table of errors in `docs/tcp.md` is reproduced.
#[test]
fn the_published_errors_are_these() {
    let text = include_str!("../../../docs/tcp.md");
    for name in [
        "E0", "E1", "E1_buf25", "E1_fair", "E1_long", "E3", "E5a", "E5a_reno", "E5b", "E6",
        "E8_jit",
    ] {
        let case = Case::read(name);
        let (durations, makespan) = measured(name);
        let cell = |model: TcpModel, seeds: u64| {
            let outcomes: Vec<Outcome> =
                (0..seeds).map(|seed| case.simulate(model, seed)).collect();
            let all =
                |value: fn(&Outcome) -> f64| mean(&outcomes.iter().map(value).collect::<Vec<_>>());
            let ours = [all(|one| one.makespan), all(|one| mean(&one.durations))];
            format!("{} / {}", per_cent(ours[0], makespan), per_cent(ours[1], mean(&durations)))
        };
        let congestion = if name == "E5a_reno" { Congestion::Reno } else { Congestion::Cubic };
        let all = TcpModel { rtt_share: Some(congestion), ..TcpModel::default() };
        let cells = [cell(TcpModel::FLUID, 1), cell(TcpModel::PLAIN, 1), cell(all, 60)];
        let expected = format!("| {} |", cells.join(" | "));
        let row = text.lines().find(|line| line.starts_with(&format!("| {name}:")));
        let row = row.unwrap_or_else(|| panic!("no row for {name}"));
        assert!(row.ends_with(&expected), "{name} is {expected}");
    }
}

#[test]
fn framing_and_startup_give_makespans_within_one_percent() {
    for name in ["E0", "E1", "E1_buf25", "E1_fair", "E1_long", "E3", "E5b", "E8_jit"] {
        let case = Case::read(name);
        let (_, expected) = measured(name);
        let outcome = case.simulate(TcpModel::PLAIN, 0);
        let off = outcome.makespan / expected - 1.0;
        assert!(off.abs() < 0.01, "{name}: {:.3} instead of {expected:.3}", outcome.makespan);
        let fluid = case.simulate(TcpModel::FLUID, 0).makespan / expected - 1.0;
        assert!(fluid.abs() > off.abs(), "{name}: the corrections are worth it");
    }
}

#[test]
fn fair_queues_are_met_download_by_download() {
    let case = Case::read("E1_fair");
    let (expected, _) = measured("E1_fair");
    let ours = case.simulate(TcpModel::PLAIN, 0).durations;
    for (one, other) in ours.iter().zip(&expected) {
        assert!((one / other - 1.0).abs() < 0.005, "{one} {other}");
    }
}

#[test]
fn small_files_on_long_ways_are_met() {
    let case = Case::read("E5b");
    let (expected, _) = measured("E5b");
    let plain = error(&case.simulate(TcpModel::PLAIN, 0).durations, &expected);
    assert!(plain < 0.07, "{plain}");
    assert!(error(&case.simulate(TcpModel::FLUID, 0).durations, &expected) > 0.4);
}

#[test]
fn ensembles_of_random_shares_meet_mean_durations() {
    let model = TcpModel { rtt_share: None, ..TcpModel::default() };
    for name in ["E1", "E3", "E8_jit"] {
        let case = Case::read(name);
        let expected = mean(&measured(name).0);
        let means: Vec<f64> =
            (0..60).map(|seed| mean(&case.simulate(model, seed).durations)).collect();
        let off = mean(&means) / expected - 1.0;
        assert!(off.abs() < 0.05, "{name}: {:.3} instead of {expected:.3}", mean(&means));
    }
}

#[test]
fn random_shares_free_slots_one_by_one() {
    // Measured: 35, 38 and 35 refusals, 25.7 s.
    let case = Case::read("E6");
    let model = TcpModel { rtt_share: None, ..TcpModel::default() };
    let outcomes: Vec<Outcome> = (0..60).map(|seed| case.simulate(model, seed)).collect();
    let refusals = mean(&outcomes.iter().map(|one| f64::from(one.refusals)).collect::<Vec<_>>());
    let makespan = mean(&outcomes.iter().map(|one| one.makespan).collect::<Vec<_>>());
    assert!((33.0..=40.0).contains(&refusals), "{refusals} refusals");
    assert!((25.0..=28.0).contains(&makespan), "{makespan} s");
    let fluid = case.simulate(TcpModel::PLAIN, 0).makespan;
    assert!(fluid > 28.0, "equal shares free all slots at one instant: {fluid} s");
}

#[test]
fn long_ways_get_less_of_a_shared_link() {
    for (name, congestion) in [("E5a", Congestion::Cubic), ("E5a_reno", Congestion::Reno)] {
        let case = Case::read(name);
        let (expected, _) = measured(name);
        let model =
            TcpModel { rtt_share: Some(congestion), random_share: 0, ..TcpModel::default() };
        let ours = error(&case.simulate(model, 0).durations, &expected);
        assert!(ours < 0.15, "{name}: {ours}");
        let plain = error(&case.simulate(TcpModel::PLAIN, 0).durations, &expected);
        assert!(plain > ours, "{name}: {plain}");
    }
}
