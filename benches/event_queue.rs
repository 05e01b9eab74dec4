//! The event queue under the hold model: take the next event, put it back a random span later.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use updraft::engine::{EventQueue, Ordered};
use updraft::units::SimDuration;

#[derive(Clone, Copy)]
struct Event(u32);

impl Ordered for Event {
    fn rank(&self) -> u64 {
        u64::from(self.0)
    }
}

/// Spans up to two seconds; the given percentage are timers of 15 minutes instead.
fn span(state: &mut u64, timers: u64) -> SimDuration {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    if *state % 100 < timers {
        return SimDuration::from_mins(15);
    }
    SimDuration::from_nanos(*state % 2_000_000_000)
}

fn hold(criterion: &mut Criterion) {
    // All are timers: waves of equal events, as many as are pending.
    for (name, timers) in [("uniform", 0), ("timers", 10), ("waves", 100)] {
        let mut group = criterion.benchmark_group(format!("hold/{name}"));
        group.throughput(Throughput::Elements(1000)).sample_size(20);
        for pending in [1_000_u32, 10_000, 100_000, 1_000_000, 10_000_000] {
            let mut queue = EventQueue::new();
            let mut state = 42;
            for id in 0..pending {
                queue.after(span(&mut state, timers), Event(id));
            }
            group.bench_function(BenchmarkId::from_parameter(pending), |bencher| {
                bencher.iter(|| {
                    for _ in 0..1000 {
                        queue.advance_to(queue.next_time());
                        let event = queue.pop_due().expect("one is due");
                        queue.after(span(&mut state, timers), event);
                    }
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, hold);
criterion_main!(benches);
