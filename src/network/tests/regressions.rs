//! Minimised histories of former defects.

use super::agreement::agree;
use super::history::{History, Policy, Step};
use crate::network::quantum::UNLIMITED;

fn start(class: usize) -> Step {
    Step::Start { class, size: 1 }
}

/// One channel that moves nothing until it is opened.
fn stalled(groups: Vec<Vec<Step>>) -> History {
    let classes = vec![(vec![0], UNLIMITED, 1), (vec![], 5, 1)];
    History { capacities: vec![0], classes, groups }
}

#[test]
fn a_transfer_that_was_aborted_first_ends_no_more() {
    let aborted = Step::StartAndAbort { class: 0, size: 1, times: 200 };
    agree(&stalled(vec![vec![aborted], vec![Step::Start { class: 0, size: 2 }]]));
    agree(&stalled(vec![vec![start(0)], vec![aborted], vec![start(0), aborted]]));
}

#[test]
fn a_transfer_that_leaves_and_comes_back_ends_once() {
    let moved = Step::MoveAndBack { which: 0, class: 1, times: 200 };
    agree(&stalled(vec![vec![start(0)], vec![moved]]));
    agree(&stalled(vec![vec![start(0), start(0)], vec![moved], vec![start(0), moved]]));
}

#[test]
fn a_channel_that_returns_at_another_depth_is_settled_after_what_is_below_it() {
    // The third class becomes idle and is moved within one instant; its channels, which waited to be settled at their
    // old depth, return at another depth.
    let class = |path: &[usize], rate_cap| (path.to_vec(), rate_cap, 1);
    let history = History {
        capacities: vec![60, 110, 33, 110, 107, 8, 13, 63, 3, 5, 1, 145, 9, 129, 1, 38],
        classes: vec![
            class(&[1, 4], 2),
            class(&[4], UNLIMITED),
            class(&[0, 2, 12, 13, 3, 1], 1),
            class(&[2, 12], UNLIMITED),
        ],
        groups: vec![
            vec![start(0)],
            vec![start(2)],
            vec![Step::Move { which: 0, class: 3 }],
            vec![start(1), Step::MoveAndBack { which: 0, class: 0, times: 1 }],
            vec![start(0)],
        ],
    };
    agree(&history);
}

#[test]
fn a_flow_that_was_bound_and_released_at_once_gets_its_own_rate_again() {
    let class = |path: &[usize], rate_cap| (path.to_vec(), rate_cap, 1);
    let history = History {
        capacities: vec![76, 164, 172, 153, 100, 93, 84],
        classes: vec![class(&[0], 9), class(&[6, 4, 1, 0], 102)],
        groups: vec![
            vec![Step::Capacity { channel: 4, quanta: 0 }],
            vec![start(1), Step::Capacity { channel: 6, quanta: 0 }, start(0)],
            vec![Step::Repair(4)],
        ],
    };
    agree(&history);
}

#[test]
fn a_flow_below_a_channel_that_closes_gets_what_the_others_leave() {
    let class = |path: &[usize], weight| (path.to_vec(), UNLIMITED, weight);
    let history = History {
        capacities: vec![50, 140],
        classes: vec![
            class(&[0], 3),
            class(&[], 1),
            class(&[1, 0], 1),
            class(&[1], 2),
            class(&[], 2),
            class(&[0], 1),
        ],
        groups: vec![
            vec![Step::Later { class: 3, size: 1, span: 1 }],
            vec![Step::Fail { channel: 0, policy: Policy::Stall }],
            vec![Step::Capacity { channel: 1, quanta: 5 }],
            vec![start(5), start(0), Step::Wait { quarters: 4, nanos: 0 }],
            vec![start(2)],
            vec![Step::Move { which: 62, class: 3 }],
            vec![Step::Start { class: 4, size: 0 }, Step::Repair(0)],
            vec![Step::Capacity { channel: 1, quanta: 0 }],
        ],
    };
    agree(&history);
}
