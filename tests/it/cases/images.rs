//! Non-persistent desktops, which return to an image at each log-off.

use updraft::model::settings::TopologyOption::Server;

use crate::one_run::{run, scenario};

/// The number of full files that 200 desktops fetch in the five days of a working week, in which one pattern is
/// published, on Monday at 5.
fn full_files(more: &str) -> f64 {
    let text = format!(
        r#"
name = "desktops"
start = "Mon 00:00"
duration = "5 d"
sample_every = "1 h"
[headquarters]
agents = 200
internet_bandwidth = "100 Mbit/s"
[agents]
presence = "office-hours"
{more}
[[release]]
name = "one"
at = "Mon 05:00"
components = ["Virus Pattern"]
"#
    );
    run(&scenario(&text, &[]), Server).value("full_downloads").expect("a metric")
}

/// NET-5: 21 releases behind, 200 computers fetch one full file each; 200 desktops that return to such an image at each
/// log-off fetch 200 a day, 1,000 in five days. An image that is 1 release behind needs no full file: the server has
/// increments over 14 releases.
#[test]
fn net_5_desktops_fetch_again_what_they_lose_at_log_off() {
    assert!((full_files("releases_behind = 20") - 200.0).abs() < 0.1);
    let image = |behind: u32| {
        full_files(&format!("image = {{ releases_behind = {behind}, reset = \"log-off\" }}"))
    };
    assert!((image(20) - 1000.0).abs() < 0.1, "{}", image(20));
    assert!(image(1).abs() < 0.1);
}
