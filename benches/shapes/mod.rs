//! Shapes of networks: star, tree, trees that meet, mesh.

use updraft::ids::ChannelId;

/// Random paths of a given shape over `channels` channels.
pub(crate) fn paths(shape: &str, channels: u32) -> Vec<Vec<ChannelId>> {
    let mut state = 42_u64;
    let mut pick = |below: u32| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u32::try_from((state >> 33) % u64::from(below)).expect("small")
    };
    (1..channels)
        .map(|leaf| match shape {
            "star" => vec![ChannelId(0), ChannelId(leaf)],
            "tree" => {
                let mut path = vec![ChannelId(leaf)];
                while path[0] != ChannelId(0) {
                    path.insert(0, ChannelId(path[0].0 / 8));
                }
                path
            }
            // Downloads from above and reports from below meet in one wide channel.
            "meeting" => match leaf {
                1 => vec![ChannelId(0), ChannelId(1)],
                leaf if leaf % 2 == 0 => vec![ChannelId(0), ChannelId(leaf)],
                leaf => vec![ChannelId(leaf), ChannelId(1)],
            },
            _ => {
                let mut path: Vec<ChannelId> = (0..4).map(|_| ChannelId(pick(channels))).collect();
                path.sort_unstable();
                path.dedup();
                path
            }
        })
        .collect()
}
