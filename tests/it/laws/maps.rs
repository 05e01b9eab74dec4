//! Maps of real networks under the laws, with all their links.
//!
//! The shipped maps by default; `UPDRAFT_MAPS` names a folder of others, such as the whole Topology Zoo or `TopoHub`:
//!
//! ```text
//! UPDRAFT_MAPS=topology-zoo/gml cargo test --release --test it laws::maps -- --nocapture
//! ```

use std::path::{Path, PathBuf};

use updraft::import::{TopologyRules, from_topology};
use updraft::model::settings::TopologyOption;
use updraft::network::Method;
use updraft::scenario::{Overrides, Scenario};

use super::lives_by_the_law;

/// The agents at each node of a map with at most [`FEW`] nodes: so many that each has an Update Agent; and of others.
const AGENTS: [u64; 2] = [10, 3];
const FEW: usize = 30;

/// All files of a folder and of those in it that are maps, in order.
fn maps(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(maps(&path));
        } else if path.extension().is_some_and(|ending| ending == "gml" || ending == "graphml") {
            all.push(path);
        }
    }
    all.sort();
    all
}

fn scenario(path: &Path, agents: u64, more: &str) -> Scenario {
    let rules = TopologyRules { agents, ..TopologyRules::default() };
    let bytes = std::fs::read(path).expect("a map");
    let map = from_topology(&bytes, path, "map", &rules).unwrap_or_else(|error| {
        let first = error.shown.first().map(|problems| problems.render(false));
        panic!("{}: {first:?}", path.display());
    });
    let text = format!("{}\n{more}", map.text);
    let set = |key: &str, value: &str| (key.to_string(), value.to_string());
    // Full files, which take long enough to share links.
    let overrides = Overrides(vec![set("duration", "6 h"), set("agents.releases_behind", "20")]);
    Scenario::parse(&text, "map.toml", &overrides)
        .unwrap_or_else(|problems| panic!("{}: {problems}", path.display()))
}

/// Every map runs under each option as the laws and the reference solver require, with the fast solver and the general
/// one alike, also where a link is down for an hour and traffic takes another way.
#[test]
#[expect(clippy::print_stdout, reason = "counts for who runs many maps")]
fn maps_live_by_the_law_with_all_their_links() {
    let given = std::env::var_os("UPDRAFT_MAPS").map(PathBuf::from);
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/topologies");
    let (mut runs, mut meshes, mut most) = (0, 0, 0);
    let all = maps(&given.unwrap_or(shipped));
    for path in &all {
        let [many, few] = AGENTS;
        let plain = scenario(path, few, "");
        let is_small = plain.groups.len() <= FEW;
        let agents = if is_small { many } else { few };
        let plain = if is_small { scenario(path, many, "") } else { plain };
        let reroute = plain.groups.get(1).map(|group| {
            format!(
                "[sources]\nlink_failure = \"reroute\"\n[[fault]]\nat = {:?}\nfrom = \"61 min\"\nto = \"121 min\"\n",
                group.name
            )
        });
        for option in TopologyOption::ALL {
            lives_by_the_law(&plain, option, &[Method::General]);
            runs += 1;
        }
        if let Some(reroute) = reroute {
            lives_by_the_law(
                &scenario(path, agents, &reroute),
                TopologyOption::Server,
                &[Method::General],
            );
            runs += 1;
        }
        meshes += usize::from(!plain.graph.is_empty());
        most = most.max(plain.groups.len());
    }
    println!("{} maps, {meshes} of them meshes, at most {most} groups: {runs} runs", all.len());
    assert!(!all.is_empty() && meshes > 0);
}
