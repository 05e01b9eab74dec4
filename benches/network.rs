//! The network: the three workloads from start to end, and one settlement on star, tree, mesh and trees that meet.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use shapes::paths;
use updraft::ids::{ChannelId, ClassId, Column};
use updraft::network::{Method, Network};
use updraft::units::{BitRate, Bytes};
use workloads::Workload;

mod shapes;
#[path = "../tests/it/network/workloads.rs"]
mod workloads;

fn whole(criterion: &mut Criterion) {
    for workload in [Workload::Direct, Workload::UpdateAgents, Workload::AllAtOnce] {
        let mut group = criterion.benchmark_group(format!("{workload:?}"));
        group.sample_size(10);
        for n in [10_000_usize, 100_000, 1_000_000] {
            group.throughput(Throughput::Elements(n as u64));
            group.bench_function(BenchmarkId::from_parameter(n), |bencher| {
                bencher.iter_batched(
                    || workloads::network(workloads::segments(n), Method::Automatic),
                    |mut network| {
                        black_box(workloads::run(workloads::segments(n), workload, n, &mut network))
                    },
                    BatchSize::PerIteration,
                );
            });
        }
        group.finish();
    }
}

/// A network in which every class has a transfer that never ends.
fn busy(shape: &str, width: u32, method: Method) -> (Network, Vec<ClassId>) {
    let rates = (0..width).map(|row| {
        // The root is as wide as all others together, and so is the channel where trees meet, with a margin.
        let times = match row {
            0 => u64::from(width),
            1 if shape == "meeting" => u64::from(width) * 4,
            _ => 1,
        };
        BitRate::from_bits_per_sec(times * 1_000_000 + u64::from(row * 7919 % 1_000_003))
    });
    let capacities: Column<ChannelId, BitRate> = rates.collect();
    let mut network = Network::with_method(&capacities, method);
    let classes: Vec<ClassId> =
        paths(shape, width).iter().map(|path| network.class(path, None, 1)).collect();
    for &class in &classes {
        let _ = network.start(class, Bytes::new(1 << 60), 0);
    }
    network.settle();
    (network, classes)
}

fn settlement(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("settlement");
    for shape in ["star", "tree", "meeting", "mesh"] {
        for method in [Method::Automatic, Method::General] {
            let (mut network, classes) = busy(shape, 1000, method);
            let mut turn = 0;
            group.bench_function(format!("{shape}/{method:?}"), |bencher| {
                bencher.iter(|| {
                    turn = (turn + 617) % classes.len();
                    let id = network.start(classes[turn], Bytes::new(1 << 60), 0);
                    network.settle();
                    let _ = network.abort(id);
                    network.settle();
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, settlement, whole);
criterion_main!(benches);
