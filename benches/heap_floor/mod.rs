//! The floor of a workload: the time of a binary heap with as many entries.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::Instant;

use crate::workloads::{self, Workload};

/// The seconds to push a (time, id) pair for each of `n` downloads and to pop all of them.
pub(crate) fn floor(workload: Workload, n: usize) -> f64 {
    let downloads = workloads::downloads(workload, n);
    let start = Instant::now();
    let mut heap = BinaryHeap::new();
    for (id, download) in (0_u32..).zip(&downloads) {
        // W3 starts at one instant, so only the sizes differ.
        heap.push(Reverse((download.start + download.bytes, id)));
    }
    while let Some(pair) = heap.pop() {
        let _ = black_box(pair);
    }
    start.elapsed().as_secs_f64()
}
