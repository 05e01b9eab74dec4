//! Readings of what the product does where its documents leave a choice or contradict each other.

/// What a source does with a request above its limit (UAG-1, SRC-8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum Overflow {
    /// Turn it away; the agent goes to its next source.
    #[default]
    Refuse,
    /// Let it wait, first come first served.
    Queue,
}

/// Whose updates need one of the server's slots (SRV-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum SlotsCount {
    /// Those that the server starts by a notification (assumption).
    #[default]
    ServerStarted,
    /// All, whoever starts them and whatever their source is.
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

/// Who tells the agents of an Update Agent that is off or was given up (NTF-10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum WhenNotifierIsOff {
    /// The Update Agent of their next usable entry, or the server (assumption).
    #[default]
    Next,
    /// Nobody.
    Nobody,
}

/// What an agent does that is told while it is updating (NTF-12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum ToldWhileBusy {
    /// It begins one more update after the present one (assumption).
    #[default]
    Remember,
    /// It takes no notice.
    Ignore,
}

/// Who begins an update by a daily or weekly schedule (SCH-3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum ScheduleBy {
    /// The server tells agents, one by one within the window (the primary document).
    #[default]
    Server,
    /// Agents begin by themselves.
    Agent,
}

/// What becomes of a schedule that an agent missed while it was off (SCH-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum MissedSchedule {
    /// The agent waits for the next one.
    Next,
    /// It runs when the agent starts up.
    AtStartUp,
}

/// What "agents only update" lets through (CMP-7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum UpdateScope {
    /// All components, hot fixes and the agent program.
    #[default]
    Everything,
    /// Pattern files, engines and drivers.
    NoPrograms,
    /// Pattern files only.
    PatternsOnly,
}

/// When an agent asks for settings and programs beside components.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum SettingsCheck {
    /// When it has learned in its exchange with the server that there is something new (assumption).
    #[default]
    News,
    /// In every update.
    Always,
}

/// What an agent makes of a source that is older than the server (SRC-9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum StaleSource {
    /// It takes what is there, and is content.
    #[default]
    Accept,
    /// It takes nothing, and is content.
    NothingToDo,
    /// It turns to its next source.
    NextSource,
}

/// Which product generation's reading of the standard update source holds (SRC-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum StandardSource {
    /// `OfficeScan` 10.6 and later: AU only with the privilege.
    #[default]
    PrivilegeOnly,
    /// `OfficeScan` 10.0: AU also when it is the first entry of the customized list.
    PrivilegeOrFirstEntry,
}
