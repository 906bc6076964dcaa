//! Where an alert is delivered.

use oms_contracts::service::Capability;
use strum::{AsRefStr, EnumIter, IntoEnumIterator};

/// Where an alert is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr, EnumIter)]
pub enum ChannelKind {
    /// A DingTalk custom robot.
    #[strum(serialize = "DINGTALK")]
    DingTalk,
    /// A Lark custom bot.
    #[strum(serialize = "LARK")]
    Lark,
    /// A CMS external alarm address.
    #[strum(serialize = "CMS")]
    Cms,
    /// Any HTTP endpoint.
    #[strum(serialize = "HTTP")]
    Http,
    /// E-mail.
    #[strum(serialize = "MAIL")]
    Mail,
}

impl ChannelKind {
    /// Whether this version can do it. None can yet: the data plane comes with the next issues
    /// of the road map, and saying so is better than accepting what would not run.
    pub fn is_available(self) -> bool {
        false
    }
}

/// All kinds, for the instance's description of itself.
pub fn capabilities() -> Vec<Capability> {
    ChannelKind::iter()
        .map(|kind| Capability { name: kind.as_ref().into(), available: kind.is_available() })
        .collect()
}
