//! Transfers on their way from a file into a plan.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::ops::Range;

use super::network_file::NetworkFile;
use super::transfer_error::TransferError;
use super::transfers::{Account, Ids, LARGEST, TransferFile, TransferRules};
use crate::ids::NodeId;
use crate::import::{Moment, UtcOffset};
use crate::network::replay::{Plan, Transfer};
use crate::scenario::{Diagnostic, Diagnostics};
use crate::units::{Bytes, FineRate, SimDuration, SimTime};

/// A transfer as a row states it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow {
    pub(super) start: Start,
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    pub(super) bytes: Bytes,
    pub(super) rate_cap: Option<FineRate>,
}

/// When a transfer is requested.
#[derive(Clone, Copy, Debug)]
pub(super) enum Start {
    /// So long after the start of the replay.
    After(SimTime),
    /// At a time of day, or so long before it.
    At(Moment, SimDuration),
}

/// Why a value of a row cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) expected: String,
    pub(super) help: Option<String>,
}

impl Wrong {
    pub(super) fn value(message: impl Into<String>, expected: impl Into<String>) -> Self {
        let (message, expected) = (message.into(), expected.into());
        Self { code: "bad-value", message, expected, help: None }
    }

    /// The same as a problem at a position of the row.
    pub(super) fn at(self, span: Range<usize>) -> Diagnostic {
        Diagnostic::new(self.code, span, self.message, self.expected).with_help(self.help)
    }
}

/// How the starts of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clock {
    Seconds,
    Zoned,
    Unzoned,
}

/// A file of which a part has been read.
pub(super) struct Collection<'r, 'n> {
    pub(super) network: &'n NetworkFile,
    pub(super) rules: &'r TransferRules<'r>,
    /// The node that sends what an access log records.
    pub(super) server: Option<NodeId>,
    plan: Plan<'n>,
    ids: Ids,
    /// The row of each id, by its hash; the next free number after it where another id has that.
    seen: BTreeMap<u64, u32>,
    clock: Option<Clock>,
    pub(super) account: Account,
    wrong: TransferError,
}

impl<'r, 'n> Collection<'r, 'n> {
    pub(super) fn new(
        network: &'n NetworkFile,
        rules: &'r TransferRules<'r>,
        account: Account,
    ) -> Self {
        Self {
            network,
            rules,
            server: None,
            plan: Plan::new(&network.topology),
            ids: Ids::default(),
            seen: BTreeMap::new(),
            clock: None,
            account,
            wrong: TransferError::none(),
        }
    }

    /// The node that `text` names: by its name, or as an address by the table of prefixes.
    pub(super) fn node(&self, text: &str) -> Result<NodeId, Wrong> {
        if let Some(node) = self.network.node(text) {
            return Ok(node);
        }
        let help = match (text.parse::<IpAddr>(), self.rules.nodes) {
            (Ok(address), Some(_)) => return self.node_of(address),
            (Ok(_), None) => {
                Some("map addresses to nodes: --nodes FILE, with the columns prefix,node".into())
            }
            (Err(_), _) => self.network.nearest(text),
        };
        let message = format!("there is no node `{text}`");
        Err(Wrong { code: "unknown-name", help, ..Wrong::value(message, "the name of a node") })
    }

    /// The node of an address by the table of prefixes.
    pub(super) fn node_of(&self, address: IpAddr) -> Result<NodeId, Wrong> {
        self.rules.nodes.and_then(|nodes| nodes.node(address)).ok_or_else(|| {
            let message = format!("no prefix contains {address}");
            let expected = "an address in a prefix of the table of nodes";
            let help = "add its prefix to the table, or leave such rows out: --skip-bad-rows";
            let wrong = Wrong::value(message, expected);
            Wrong { code: "unknown-name", help: Some(help.into()), ..wrong }
        })
    }

    /// Adds a transfer without an id of its own: its number, from 1, is its id.
    pub(super) fn add_numbered(&mut self, flow: Flow) -> Result<(), Wrong> {
        if flow.from == flow.to {
            self.account.within_node += 1;
            return Ok(());
        }
        if u128::from(flow.bytes.count()) > LARGEST {
            return Err(Wrong::value("too large", format!("at most {LARGEST} bytes")));
        }
        let start = self.start(flow.start)?;
        let number = self.plan.len() + 1;
        self.ids.push(number.to_string().as_bytes());
        self.push(flow, start);
        Ok(())
    }

    /// Adds a transfer with the id `id`, which no other has.
    pub(super) fn add(&mut self, flow: Flow, id: &[u8]) -> Result<(), Wrong> {
        let start = self.start(flow.start)?;
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let mut key = hasher.finish();
        while let Some(&row) = self.seen.get(&key) {
            if self.ids.get(row as usize) == id {
                let message = format!("transfer {} has the same id", row + 1);
                return Err(Wrong { code: "duplicate", ..Wrong::value(message, "a unique id") });
            }
            key = key.wrapping_add(1);
        }
        let row = u32::try_from(self.plan.len()).expect("fewer than 2³² transfers");
        let _ = self.seen.insert(key, row);
        self.ids.push(id);
        self.push(flow, start);
        Ok(())
    }

    fn push(&mut self, flow: Flow, start: SimTime) {
        debug_assert!(u128::from(flow.bytes.count()) <= LARGEST, "readers refuse more");
        let Flow { from, to, bytes, rate_cap, .. } = flow;
        self.plan.add(Transfer { start, from, to, bytes, rate_cap });
    }

    /// A start as nanoseconds since the start of the replay, or since 1970.
    fn start(&mut self, start: Start) -> Result<SimTime, Wrong> {
        let clock = match start {
            Start::After(_) => Clock::Seconds,
            Start::At(moment, _) if moment.zone.is_some() => Clock::Zoned,
            Start::At(..) => Clock::Unzoned,
        };
        let known = *self.clock.get_or_insert(clock);
        if known != clock {
            let expected = match known {
                Clock::Seconds => "seconds, as in the first row",
                Clock::Zoned => "a time with its zone, as in the first row",
                Clock::Unzoned => "a time without a zone, as in the first row",
            };
            return Err(Wrong::value("a start of another form", expected));
        }
        Ok(match start {
            Start::After(time) => time,
            Start::At(moment, before) => {
                let since_1970 = u64::try_from(moment.by(UtcOffset::UTC)).unwrap_or_default();
                SimTime::from_nanos(since_1970.saturating_sub(before.as_nanos()))
            }
        })
    }

    /// Notes a wrong row; `problems` is called only if it will be shown.
    pub(super) fn note(&mut self, problems: impl FnOnce() -> Diagnostics) {
        self.wrong.note(problems);
    }

    /// Notes a wrong line of a log.
    pub(super) fn note_line(&mut self, file: &str, text: &str, line: u64, wrong: Wrong) {
        self.note_part(file, (text.as_bytes(), text.as_bytes()), line, wrong);
    }

    /// Notes that `part` of a line of a log is wrong.
    pub(super) fn note_part(
        &mut self,
        file: &str,
        (text, part): (&[u8], &[u8]),
        line: u64,
        wrong: Wrong,
    ) {
        self.note(|| {
            let line = usize::try_from(line).unwrap_or(usize::MAX);
            let before = &text[..part.as_ptr().addr() - text.as_ptr().addr()];
            let [before, part, text] = [before, part, text].map(String::from_utf8_lossy);
            let span = before.len()..before.len() + part.len();
            Diagnostics::of_file(file, text, vec![wrong.at(span)]).from_line(line)
        });
    }

    /// All transfers that were read. The first start by the clock is 0.
    pub(super) fn finish(mut self) -> Result<TransferFile<'n>, TransferError> {
        if self.rules.skips_bad_rows
            && let TransferError::Invalid { shown, rows } = &mut self.wrong
        {
            self.account.skipped = std::mem::take(shown);
            self.account.skipped_rows = std::mem::take(rows);
        }
        if self.clock.is_some_and(|clock| clock != Clock::Seconds) {
            self.account.origin = Some(self.plan.start_at_first());
            self.account.is_zoned = self.clock == Some(Clock::Zoned);
        }
        let Self { plan, ids, account, wrong, .. } = self;
        wrong.or(TransferFile { plan, ids, account })
    }
}
