//! What a transfer costs in memory, counted by an allocator.
#![expect(unsafe_code, reason = "an allocator that counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use updraft::ids::{ChannelId, ClassId, Column};
use updraft::network::Network;
use updraft::units::{BitRate, Bytes};

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);
/// The tests of this file count one after the other.
static ONE_BY_ONE: Mutex<()> = Mutex::new(());

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        let _ = BYTES.fetch_add(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let _ = BYTES.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const SITES: u32 = 100;

fn company() -> (Network, Vec<ClassId>) {
    let mut capacities: Column<ChannelId, BitRate> = Column::new();
    let up = capacities.push(BitRate::from_megabits(100));
    let sites: Vec<ChannelId> = (0..SITES)
        .map(|site| capacities.push(BitRate::from_megabits(u64::from(site % 7) + 1)))
        .collect();
    let mut network = Network::new(capacities);
    let classes = sites.iter().map(|&site| network.class(&[up, site], None, 1)).collect();
    (network, classes)
}

/// Ends `events` transfers and starts another of three sizes for each.
fn churn(network: &mut Network, classes: &[ClassId], events: u32) {
    for event in 0..events {
        let end = network.next_end();
        network.advance_to(end);
        while let Some(ended) = network.pop_ended() {
            let next = (ended.tag * 31 + event) % SITES;
            let size = Bytes::new(100_000 * u64::from(1 + event % 3));
            let _ = network.start(classes[next as usize], size, next);
        }
    }
}

#[test]
fn an_event_allocates_nothing_once_the_network_is_warm() {
    let _alone = ONE_BY_ONE.lock();
    let (mut network, classes) = company();
    for tag in 0..5_000 {
        let size = Bytes::new(1000 * u64::from(tag));
        let _ = network.start(classes[(tag % SITES) as usize], size, tag);
    }
    churn(&mut network, &classes, 200_000);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    churn(&mut network, &classes, 20_000);
    assert_eq!(ALLOCATIONS.load(Ordering::Relaxed) - before, 0);
}

#[test]
fn a_transfer_costs_at_most_128_bytes() {
    let _alone = ONE_BY_ONE.lock();
    let (mut network, classes) = company();
    let _ = network.next_end();
    let before = BYTES.load(Ordering::Relaxed);
    let transfers = 1_000_000;
    for tag in 0..transfers {
        // All sizes differ, so no two form a cohort.
        let size = Bytes::new(1_000_000 + u64::from(tag) * 7919 % 1_000_003);
        let _ = network.start(classes[(tag % SITES) as usize], size, tag);
    }
    let _ = network.next_end();
    let cost = (BYTES.load(Ordering::Relaxed) - before) / u64::from(transfers);
    assert!(cost <= 128, "{cost} bytes per transfer");
}
