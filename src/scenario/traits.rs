//! The traits of agents: those of `[agents]`, unless their site or a `[[group]]` overrides them.
//!
//! If several tables apply to an agent, the last one counts, key by key: `[agents]`, then its `[[site]]`, then each
//! `[[group]]` in the order of the file.

use super::diagnostic::Diagnostic;
use super::document::Document;
use super::keys;
use super::reader::Fields;
use super::value_type::Part;
use crate::model::calendar::Schedule;
use crate::model::settings::{AgentSettings, SettingsCheck, UpdateScope};
use crate::units::BitRate;

/// The traits of some agents; `None` if not set.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Traits {
    /// Scan methods, by their index in the table of keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan: Option<Vec<Part>>,
    /// Online patterns, by their index in the table of keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence: Option<Vec<Part>>,
    /// The number of daily releases that they are behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub releases_behind: Option<Vec<Part>>,
    /// The share in Independent mode, in millionths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub independent: Option<u32>,
    /// The share with the privilege of scheduled update, in millionths (SCH-1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduled: Option<u32>,
    /// The share whose user would disable it, in millionths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<u32>,
    /// Whether a user may disable it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_disable: Option<bool>,
    /// `agents only update` (CMP-7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<UpdateScope>,
    /// The network card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nic: Option<BitRate>,
    /// Their schedule (SCH-2, SCH-3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    /// When they request settings and programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings_check: Option<SettingsCheck>,
    /// Whether settings are fetched once a day (SCH-2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings_once_per_day: Option<bool>,
    /// The number of daily releases that their image is behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<u16>,
    /// How often they come up at another site, in millionths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roaming: Option<u32>,
    /// These sites and groups of sites; empty: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roams_to: Option<Vec<String>>,
}

/// An image is what agents start from, so neither a table that has one nor, if all agents have one, any other table can
/// set their age otherwise.
pub(super) fn check_images(document: &Document<'_>, problems: &mut Vec<Diagnostic>) {
    let single = [&keys::HEADQUARTERS, &keys::AGENTS_SECTION].map(|of| document.section(of));
    let lists = [&keys::SITE, &keys::GROUP].map(|of| document.sections(of));
    let have_all = document.section(&keys::AGENTS_SECTION).has("image");
    for fields in single.into_iter().chain(lists.into_iter().flatten()) {
        let has_own = fields.has("image");
        let has_image = has_own || have_all;
        let wanted = if has_own || !have_all {
            "no `image` beside it, from which they start"
        } else {
            "no `image` in [agents], from which they start"
        };
        fields.check_meaning("releases_behind", !has_image, wanted, problems);
    }
}

impl Traits {
    /// The traits in `fields`, which are those of `[agents]`, of a site or of a group.
    pub(super) fn read(fields: &Fields) -> Self {
        let share = |key| fields.maybe_count(key);
        Self {
            scan: fields.parts("scan"),
            presence: fields.parts("presence"),
            releases_behind: fields.parts("releases_behind"),
            independent: share("independent"),
            scheduled: share("scheduled"),
            disabled: share("disable_schedule"),
            may_disable: fields.maybe_flag("may_disable_schedule"),
            scope: fields.maybe_word("scope"),
            nic: fields.maybe_rate("nic"),
            schedule: fields.maybe_schedule("schedule"),
            settings_check: fields.maybe_word("settings_check"),
            settings_once_per_day: fields.maybe_flag("settings_once_per_day"),
            image: fields.maybe_count("image"),
            roaming: share("roaming"),
            roams_to: fields
                .has("roams_to")
                .then(|| fields.texts("roams_to").into_iter().map(|(name, _)| name).collect()),
        }
    }

    /// These traits, and those of `below` for what is not set.
    #[must_use]
    pub fn over(&self, below: &Self) -> Self {
        let own = self.clone();
        let below = below.clone();
        Self {
            scan: own.scan.or(below.scan),
            presence: own.presence.or(below.presence),
            releases_behind: own.releases_behind.or(below.releases_behind),
            independent: own.independent.or(below.independent),
            scheduled: own.scheduled.or(below.scheduled),
            disabled: own.disabled.or(below.disabled),
            may_disable: own.may_disable.or(below.may_disable),
            scope: own.scope.or(below.scope),
            nic: own.nic.or(below.nic),
            schedule: own.schedule.or(below.schedule),
            settings_check: own.settings_check.or(below.settings_check),
            settings_once_per_day: own.settings_once_per_day.or(below.settings_once_per_day),
            image: own.image.or(below.image),
            roaming: own.roaming.or(below.roaming),
            roams_to: own.roams_to.or(below.roams_to),
        }
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The profile of such agents, with `default` for what is not set.
    pub(super) fn settings(&self, default: AgentSettings) -> AgentSettings {
        AgentSettings {
            scope: self.scope.unwrap_or(default.scope),
            nic: self.nic.unwrap_or(default.nic),
            schedule: self.schedule.unwrap_or(default.schedule),
            settings_check: self.settings_check.unwrap_or(default.settings_check),
            settings_once_per_day: self
                .settings_once_per_day
                .unwrap_or(default.settings_once_per_day),
            scheduled: self.scheduled.unwrap_or(default.scheduled),
            may_disable: self.may_disable.unwrap_or(default.may_disable),
            disabled: self.disabled.unwrap_or(default.disabled),
            image: self.image.or(default.image),
            ..default
        }
    }
}
