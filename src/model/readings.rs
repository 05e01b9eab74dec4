//! Readings of the product's behaviour where its documents leave a choice or contradict each other.

/// What a source does with a request beyond its limit (UAG-1, SRC-8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum Overflow {
    /// Refuse it; the agent tries its next source.
    #[default]
    Refuse,
    /// Queue it, first come first served.
    Queue,
}

/// Which updates need one of the server's slots (SRV-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum SlotsCount {
    /// Updates that the server starts by a notification (assumption).
    #[default]
    ServerStarted,
    /// All updates, whatever starts them and whatever their source is.
    All,
}

/// Who notifies the agents of an Update Agent (NTF-10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum NotifiedBy {
    /// The Update Agent itself, once it has updated (the vendor's primary document).
    #[default]
    UpdateAgent,
    /// The server, from its own queue, Update Agents first (the vendor's support articles).
    Server,
}

/// Who notifies the agents of an Update Agent that is off or was given up (NTF-10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum WhenNotifierIsOff {
    /// The Update Agent of their next usable entry, or the server (assumption).
    #[default]
    Next,
    /// Nobody.
    Nobody,
}

/// The reading of what an agent does if its source fails while the server cannot be reached (NTF-4; assumption).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum WhenSourceIsLost {
    /// It has missed the update, and fetches it when its connection is back.
    #[default]
    Reconnect,
    /// It waits for its next trigger (SRC-5).
    Wait,
}

impl WhenSourceIsLost {
    /// Whether it is the default reading.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What an agent does when it is notified while it is updating (NTF-12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum ToldWhileBusy {
    /// It begins one more update after the current one (assumption).
    #[default]
    Remember,
    /// It ignores the notification.
    Ignore,
}

/// Who begins an update on a daily or weekly schedule (SCH-3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum ScheduleBy {
    /// The server notifies agents, one by one within the window (the primary document).
    #[default]
    Server,
    /// Agents begin by themselves.
    Agent,
}

/// What happens to a schedule that an agent missed while it was off (SCH-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum MissedSchedule {
    /// The agent waits for the next one.
    Next,
    /// It runs when the agent starts up.
    AtStartUp,
}

/// The content that "agents only update" permits (CMP-7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum UpdateScope {
    /// All components, hot fixes and the agent program.
    #[default]
    Everything,
    /// Pattern files, engines and drivers.
    NoPrograms,
    /// Pattern files only.
    PatternsOnly,
}

/// When an agent requests settings and programs in addition to components.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum SettingsCheck {
    /// When the server has informed it that there is something new (assumption).
    #[default]
    News,
    /// In every update.
    Always,
}

/// What an agent does at a source that is older than the server (SRC-9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum StaleSource {
    /// It takes the older content, and is done.
    #[default]
    Accept,
    /// It takes nothing, and is done.
    NothingToDo,
    /// It tries its next source.
    NextSource,
}

/// The product generation, which determines the reading of the standard update source (SRC-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum StandardSource {
    /// `OfficeScan` 10.6 and later: AU only with the privilege.
    #[default]
    PrivilegeOnly,
    /// `OfficeScan` 10.0: AU also when it is the first entry of the customized list.
    PrivilegeOrFirstEntry,
}
