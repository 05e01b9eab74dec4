//! The product's rules as pure functions. A view is the input, a value the result; nothing here has side effects or
//! knows the event queue or the clock, and random choices take a `Draw`.
//!
//! | question | module | rules |
//! |---|---|---|
//! | which path do updates take? | [`topology`] | TOP-1 to TOP-4 |
//! | which contents does one update fetch, in which order? | [`content`] | CMP-5 to CMP-7, SRV-6, SCH-2, SCH-6, NTF-11 |
//! | full file or incremental? | [`duplication`] | DUP-3 to DUP-11 |
//! | which versions remain after a recall? | [`recall`] | DUP-1, DUP-6 |
//! | which source does an agent try next? | [`source_order`] | SRC-1 to SRC-9, UAG-4 |
//! | which agents are notified, when, by whom? | [`notification`] | NTF-1 to NTF-11, SRV-7, NET-3 |
//! | when does an agent or the server check? | [`schedule`] | SRV-1, SCH-1 to SCH-5 |
//! | may one more agent connect? | [`admission`] | SRV-2, SRV-4, UAG-1, UAG-2 |
//! | when is a report processed? | [`reports`] | SRV-5 |
//! | can two computers communicate? | [`reachability`] | NET-1, NET-2, UAG-5 |
//! | which capacity of a link remains? | [`link_shares`] | NET-4 |
//! | which computers are on? | [`presence`] | NET-5 |
//! | how often do smart-scan agents query? | [`smart_protection`] | SPS-1, SPS-2 |
//!
//! CMP-1 to CMP-4, CMP-8, DUP-1 and DUP-2 are properties of the model and are in [`crate::model::component`] and
//! [`crate::model::version`]; UAG-3 and UAG-7 are fields there.
#![doc = include_str!("../../docs/rules.md")]
#![allow(clippy::doc_markdown, reason = "the table of rules has paths of files")]

pub mod admission;
pub mod attempt;
pub mod content;
pub mod duplication;
pub mod link_shares;
pub mod notification;
pub mod presence;
pub mod reachability;
pub mod recall;
pub mod reports;
pub mod schedule;
pub mod smart_protection;
pub mod source_list;
pub mod source_order;
pub mod topology;
pub mod waves;
