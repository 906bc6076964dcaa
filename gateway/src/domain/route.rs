//! Which calls there are: who may make them, who answers, and what the audit log says of them.
//!
//! The tables are in [`own`] and [`relay`]. A call that is in neither
//! reaches nobody, also when some handler would answer it.

use super::{
    own,
    path::{BadPath, Segment, segments},
    relay,
};
use oms_contracts::{
    ServiceName,
    gateway::audit::{AuditOperation, AuditRisk, AuditTarget},
};
use oms_model::{
    actor::{Actor, Right, Role},
    id::{ApiKeyId, DepartmentId, EndpointId, InvalidId, LabelId, ProjectId, UserId},
};
use std::sync::LazyLock;
use strum::{Display, EnumString};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// What a caller must be to make a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nobody in particular: the call is open.
    Nothing,
    /// Somebody who logged in; what else is needed depends on the object.
    Login,
    /// Somebody who logged in, also while the password has to be changed.
    LoginEvenWithOldPassword,
    Right(Right),
    /// Root alone.
    Root,
}

impl Need {
    pub fn is_met_by(self, actor: &Actor) -> bool {
        match self {
            Self::Nothing | Self::Login | Self::LoginEvenWithOldPassword => true,
            Self::Right(right) => actor.role.may(right),
            Self::Root => actor.role == Role::Root,
        }
    }
}

/// What the audit log says of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    pub target: AuditTarget,
    pub operation: AuditOperation,
    pub risk: AuditRisk,
}

/// One call.
///
/// In the pattern `{user}`, `{department}`, `{apiKey}`, `{project}`, `{dataSource}` and `{label}`
/// are ids of that sort, and `{name}` is any name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    pub verb: Verb,
    pub pattern: &'static str,
    pub need: Need,
    /// `None` for calls that change nothing, and for those that keep their own record.
    pub act: Option<Act>,
    pub service: ServiceName,
}

/// A call that exists, with its place filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    pub route: &'static Route,
    /// The id in the path, of what is acted on.
    pub object: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRoute {
    #[error(transparent)]
    Path(#[from] BadPath),
    #[error("in the path: {0}")]
    Id(#[from] InvalidId),
    #[error("there is no such path")]
    Unknown,
    /// It has these.
    #[error("the path has no such method")]
    Method(Vec<Verb>),
}

type IdCheck = fn(&str) -> Result<(), InvalidId>;

#[derive(Clone, Copy)]
enum Part {
    Literal(&'static str),
    Id(IdCheck),
    Name,
}

struct Compiled {
    parts: Vec<Part>,
    route: &'static Route,
}

/// All calls, by how many parts their paths have.
static ROUTES: LazyLock<Vec<Vec<Compiled>>> = LazyLock::new(|| {
    let mut by_length: Vec<Vec<Compiled>> = Vec::new();
    for route in all() {
        let parts: Vec<Part> = route.pattern.split('/').skip(1).map(part).collect();
        if by_length.len() <= parts.len() {
            by_length.resize_with(parts.len() + 1, Vec::new);
        }
        by_length[parts.len()].push(Compiled { parts, route });
    }
    by_length
});

pub fn all() -> impl Iterator<Item = &'static Route> {
    own::ROUTES.iter().chain(relay::ROUTES)
}

fn part(text: &'static str) -> Part {
    fn check<T, E>(parsed: Result<T, E>) -> Result<(), E> {
        parsed.map(drop)
    }
    match text {
        "{user}" => Part::Id(|text| check(UserId::parse(text))),
        "{department}" => Part::Id(|text| check(DepartmentId::parse(text))),
        "{apiKey}" => Part::Id(|text| check(ApiKeyId::parse(text))),
        "{project}" => Part::Id(|text| check(ProjectId::parse(text))),
        "{dataSource}" => Part::Id(|text| check(EndpointId::parse(text))),
        "{label}" => Part::Id(|text| check(LabelId::parse(text))),
        "{name}" => Part::Name,
        literal => Part::Literal(literal),
    }
}

/// Finds the call that a request makes. The verb is `None` where no call has it.
pub fn find(verb: Option<Verb>, path: &str) -> Result<Matched, NoRoute> {
    let segments = segments(path)?;
    let candidates = ROUTES.get(segments.len()).map_or(&[][..], Vec::as_slice);
    let (mut verbs, mut invalid) = (Vec::new(), None);
    for Compiled { parts, route } in candidates {
        let same_verb = verb == Some(route.verb);
        match fit(parts, &segments) {
            Some(Ok(())) if same_verb => {
                let object = parts.iter().position(|part| matches!(part, Part::Id(_)));
                let object = object.map(|at| segments[at].raw.to_owned());
                return Ok(Matched { route, object });
            }
            Some(Ok(())) => verbs.push(route.verb),
            Some(Err(id)) if same_verb => invalid = Some(id),
            _ => {}
        }
    }
    Err(match invalid {
        Some(id) => NoRoute::Id(id),
        None if verbs.is_empty() => NoRoute::Unknown,
        None => NoRoute::Method(verbs),
    })
}

/// Whether the path has the shape of a pattern, and if so, whether its ids are ids. Literals are
/// held against the path as it came: an encoded one is another path.
fn fit(parts: &[Part], segments: &[Segment<'_>]) -> Option<Result<(), InvalidId>> {
    let mut ids = Ok(());
    for (part, segment) in parts.iter().zip(segments) {
        match part {
            Part::Literal(literal) if *literal != segment.raw => return None,
            Part::Id(check) if ids.is_ok() => ids = check(segment.raw),
            Part::Literal(_) | Part::Id(_) | Part::Name => {}
        }
    }
    Some(ids)
}

#[cfg(test)]
mod tests;
