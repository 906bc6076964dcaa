//! Who logs in: a user, and for databases with tenants also the tenant and the cluster.
//!
//! People type the parts into fields of their own, or `user@tenant#cluster` and
//! `cluster:tenant:user` into the user's. Either way the parts are kept apart and the text sent to
//! the database is composed once, so nothing is appended twice.

const PART_MAX: usize = 128;

/// A login with its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub tenant: Option<String>,
    pub cluster: Option<String>,
}

/// Why the parts make no login. Each names the field it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginFault {
    #[error("it must have 1 to {PART_MAX} characters, none of them invisible")]
    User,
    #[error("only databases with tenants have this")]
    NoTenants(Part),
    #[error("it must have 1 to {PART_MAX} letters, digits, _ - or .")]
    Part(Part),
    #[error("the user name says {typed:?} already")]
    Contradiction { part: Part, typed: String },
    #[error("a cluster needs a tenant")]
    ClusterAlone,
}

/// A part of a login beside the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Tenant,
    Cluster,
}

impl LoginFault {
    /// The field of a data source's settings that is to blame.
    pub fn field(&self) -> &'static str {
        match self {
            Self::User => "username",
            Self::NoTenants(part) | Self::Part(part) | Self::Contradiction { part, .. } => {
                match part {
                    Part::Tenant => "tenant",
                    Part::Cluster => "cluster",
                }
            }
            Self::ClusterAlone => "cluster",
        }
    }
}

impl Login {
    /// Reads a login of a database without tenants.
    pub fn plain(
        user: &str,
        tenant: Option<&str>,
        cluster: Option<&str>,
    ) -> Result<Self, LoginFault> {
        match (tenant, cluster) {
            (Some(_), _) => Err(LoginFault::NoTenants(Part::Tenant)),
            (_, Some(_)) => Err(LoginFault::NoTenants(Part::Cluster)),
            (None, None) if is_user(user) => {
                Ok(Self { user: user.to_owned(), tenant: None, cluster: None })
            }
            (None, None) => Err(LoginFault::User),
        }
    }

    /// Reads a login of a database with tenants.
    pub fn with_tenant(
        user: &str,
        tenant: Option<&str>,
        cluster: Option<&str>,
    ) -> Result<Self, LoginFault> {
        let typed = taken_apart(user);
        let login = Self {
            user: typed.user.to_owned(),
            tenant: agreed(Part::Tenant, typed.tenant, tenant)?,
            cluster: agreed(Part::Cluster, typed.cluster, cluster)?,
        };
        if !is_user(&login.user) {
            return Err(LoginFault::User);
        }
        if login.cluster.is_some() && login.tenant.is_none() {
            return Err(LoginFault::ClusterAlone);
        }
        Ok(login)
    }

    /// The user name as the database takes it.
    pub fn composed(&self) -> String {
        let mut text = self.user.clone();
        for (mark, part) in [('@', &self.tenant), ('#', &self.cluster)] {
            if let Some(part) = part {
                text.push(mark);
                text.push_str(part);
            }
        }
        text
    }
}

struct Typed<'a> {
    user: &'a str,
    tenant: Option<&'a str>,
    cluster: Option<&'a str>,
}

fn taken_apart(text: &str) -> Typed<'_> {
    // The last @: a user's own name may hold one, a tenant's may not.
    if let Some((user, place)) = text.rsplit_once('@') {
        let (tenant, cluster) = match place.split_once('#') {
            Some((tenant, cluster)) => (tenant, Some(cluster)),
            None => (place, None),
        };
        return Typed { user, tenant: Some(tenant), cluster };
    }
    let mut parts = text.splitn(3, ':');
    if let (Some(cluster), Some(tenant), Some(user)) = (parts.next(), parts.next(), parts.next()) {
        return Typed { user, tenant: Some(tenant), cluster: Some(cluster) };
    }
    Typed { user: text, tenant: None, cluster: None }
}

fn agreed(
    part: Part,
    typed: Option<&str>,
    given: Option<&str>,
) -> Result<Option<String>, LoginFault> {
    let agreed = match (typed, given) {
        (Some(typed), Some(given)) if typed != given => {
            return Err(LoginFault::Contradiction { part, typed: typed.to_owned() });
        }
        (typed, given) => typed.or(given),
    };
    match agreed {
        Some(text) if !is_part(text) => Err(LoginFault::Part(part)),
        text => Ok(text.map(str::to_owned)),
    }
}

fn is_user(text: &str) -> bool {
    (1..=PART_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

fn is_part(text: &str) -> bool {
    (1..=PART_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(user: &str, tenant: Option<&str>, cluster: Option<&str>) -> Result<Login, LoginFault> {
        Login::with_tenant(user, tenant, cluster)
    }

    fn composed(user: &str, tenant: Option<&str>, cluster: Option<&str>) -> String {
        login(user, tenant, cluster).expect("a login").composed()
    }

    #[test]
    fn parts_are_composed_once_however_they_were_typed() {
        for (user, tenant, cluster) in [
            ("root", Some("sys"), Some("c1")),
            ("root@sys", None, Some("c1")),
            ("root@sys", Some("sys"), Some("c1")),
            ("root@sys#c1", None, None),
            ("root@sys#c1", Some("sys"), Some("c1")),
            ("c1:sys:root", None, None),
            ("c1:sys:root", Some("sys"), None),
        ] {
            assert_eq!(composed(user, tenant, cluster), "root@sys#c1", "{user}");
        }
        assert_eq!(composed("root", None, None), "root");
        assert_eq!(composed("a@b", Some("b"), None), "a@b");
        assert_eq!(composed("me@home@sys", None, None), "me@home@sys");
    }

    #[test]
    fn contradictions_are_refused_with_their_field() {
        let fault = login("root@sys", Some("other"), None).unwrap_err();
        assert_eq!(
            (fault.field(), fault.to_string().as_str()),
            ("tenant", "the user name says \"sys\" already")
        );
        assert_eq!(login("root@sys#a", None, Some("b")).unwrap_err().field(), "cluster");
        assert_eq!(login("root", None, Some("b")), Err(LoginFault::ClusterAlone));
    }

    #[test]
    fn odd_parts_are_refused() {
        for (user, tenant) in [("", None), ("@sys", None), ("a\0b", None), ("a\n", Some("sys"))] {
            assert_eq!(login(user, tenant, None), Err(LoginFault::User), "{user:?}");
        }
        for tenant in ["", "a b", "a#b", "a@b", "a'b", "ü"] {
            assert_eq!(
                login("root", Some(tenant), None),
                Err(LoginFault::Part(Part::Tenant)),
                "{tenant}"
            );
        }
        assert_eq!(login("root@", None, None), Err(LoginFault::Part(Part::Tenant)));
        assert_eq!(login(&"x".repeat(129), None, None), Err(LoginFault::User));
    }

    #[test]
    fn a_database_without_tenants_takes_the_user_as_it_is() {
        let plain = |user| Login::plain(user, None, None).map(|login| login.composed());
        assert_eq!(plain("app@%"), Ok("app@%".to_owned()));
        assert_eq!(plain("a:b:c"), Ok("a:b:c".to_owned()));
        let refusal = Login::plain("root", Some("sys"), None);
        assert_eq!(refusal, Err(LoginFault::NoTenants(Part::Tenant)));
        let refusal = Login::plain("root", None, Some("c"));
        assert_eq!(refusal, Err(LoginFault::NoTenants(Part::Cluster)));
    }
}
