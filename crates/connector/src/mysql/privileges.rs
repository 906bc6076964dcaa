//! Which rights an account lacks for which use, and the `GRANT` for each.

use super::dialect::Member;
use super::grants::Grants;
use crate::privilege::{MissingPrivilege, Purpose};
use crate::product::Server;
use oms_model::ObjectName;
use std::collections::BTreeMap;

/// A right that a use of a database takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Need {
    pub privilege: &'static str,
    purpose: Purpose,
    reach: Reach,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// Can only be given for the whole server.
    Server,
    /// Needed in each database that is used.
    Database,
}

impl Need {
    pub fn server(privilege: &'static str, purpose: Purpose) -> Self {
        Self { privilege, purpose, reach: Reach::Server }
    }

    pub fn database(privilege: &'static str, purpose: Purpose) -> Self {
        Self { privilege, purpose, reach: Reach::Database }
    }
}

/// An account, and where its rights are looked at.
#[derive(Debug)]
pub(super) struct Account<'a> {
    /// `user@host`, as the server names the account it took us for.
    pub name: &'a str,
    pub grants: &'a Grants,
    /// The databases it would be used for. With none, rights must be held on the whole server.
    pub databases: &'a [String],
    /// Whether `_` and `%` in a `GRANT` stand for themselves.
    pub literal_names: bool,
}

/// More databases than this are reported as the whole server: nobody reads such a list.
const MOST_DATABASES: usize = 20;

/// The rights that are missing, one entry per right and place.
pub(super) fn missing(
    account: &Account<'_>,
    member: &dyn Member,
    server: &Server,
) -> Vec<MissingPrivilege> {
    let mut wanted: BTreeMap<(Reach, &str), Vec<Purpose>> = BTreeMap::new();
    for need in member.needs(server) {
        wanted.entry((need.reach, need.privilege)).or_default().push(need.purpose);
    }
    let mut missing = Vec::new();
    for ((reach, privilege), mut needed_for) in wanted {
        needed_for.sort_unstable();
        for place in account.lacking(reach, privilege) {
            let object = account.in_a_grant(place, member);
            let rights = account.rights_with(privilege, place);
            missing.push(MissingPrivilege {
                privilege: privilege.to_owned(),
                grant: format!("GRANT {rights} ON {object} TO {}", account.quoted()),
                object,
                needed_for: needed_for.clone(),
            });
        }
    }
    missing.sort_by(|a, b| (&a.needed_for, &a.object).cmp(&(&b.needed_for, &b.object)));
    missing
}

/// The rights that are missing on single objects, one entry for each that lacks any.
pub(super) fn missing_on(
    account: &Account<'_>,
    (member, server): (&dyn Member, &Server),
    objects: &[ObjectName],
    purposes: &[Purpose],
) -> Vec<MissingPrivilege> {
    let needs = member.needs(server).into_iter();
    let needs: Vec<Need> = needs
        .filter(|need| need.reach == Reach::Database && purposes.contains(&need.purpose))
        .collect();
    let lack = |name: &ObjectName| {
        let lacks =
            |need: &&Need| !account.grants.hold_on(need.privilege, &name.database, &name.name);
        let lacking: Vec<&Need> = needs.iter().filter(lacks).collect();
        let mut rights: Vec<&str> = lacking.iter().map(|need| need.privilege).collect();
        let mut needed_for: Vec<Purpose> = lacking.iter().map(|need| need.purpose).collect();
        rights.sort_unstable();
        rights.dedup();
        needed_for.sort_unstable();
        needed_for.dedup();
        let privilege = rights.join(", ");
        // A name in such a statement stands for itself, also where it looks like a pattern.
        let object = member.qualified(&name.database, &name.name);
        let grant = format!("GRANT {privilege} ON {object} TO {}", account.quoted());
        (!rights.is_empty()).then_some(MissingPrivilege { privilege, object, needed_for, grant })
    };
    objects.iter().filter_map(lack).collect()
}

/// Where a right is missing: the server, or a database.
type Lack<'a> = Option<&'a str>;

impl Account<'_> {
    fn lacking(&self, reach: Reach, privilege: &str) -> Vec<Lack<'_>> {
        if reach == Reach::Server || self.databases.is_empty() {
            return if self.grants.hold_on_server(privilege) { vec![] } else { vec![None] };
        }
        let lacking: Vec<Lack<'_>> = self
            .databases
            .iter()
            .filter(|name| !self.grants.hold(privilege, name))
            .map(|name| Some(name.as_str()))
            .collect();
        if lacking.len() > MOST_DATABASES { vec![None] } else { lacking }
    }

    /// The list of rights to grant so that one is added and none is lost.
    fn rights_with(&self, privilege: &str, place: Lack<'_>) -> String {
        let mut rights = place.map_or(Vec::new(), |database| self.grants.by_pattern(database));
        rights.push(privilege);
        rights.sort_unstable();
        rights.dedup();
        rights.join(", ")
    }

    /// A place as a `GRANT` must write it to mean that place alone.
    fn in_a_grant(&self, place: Lack<'_>, member: &dyn Member) -> String {
        let Some(database) = place else { return "*.*".to_owned() };
        if self.literal_names {
            return format!("{}.*", member.quote(database));
        }
        let exact = database.replace('\\', "\\\\").replace('_', "\\_").replace('%', "\\%");
        format!("{}.*", member.quote(&exact))
    }

    fn quoted(&self) -> String {
        let quote = |part: &str| format!("'{}'", part.replace('\\', "\\\\").replace('\'', "''"));
        match self.name.rsplit_once('@') {
            Some((user, host)) => format!("{}@{}", quote(user), quote(host)),
            None => quote(self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::dialect::Mysql;
    use super::*;

    fn report(lines: &[&str], databases: &[&str], literal_names: bool) -> Vec<MissingPrivilege> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let grants = Grants::read(&lines, literal_names);
        let databases: Vec<String> = databases.iter().map(|name| (*name).to_owned()).collect();
        let (name, databases) = ("o'm@s@10.%", databases.as_slice());
        let account = Account { name, grants: &grants, databases, literal_names };
        missing(&account, &Mysql, &Server::of_mysql_protocol("9.7.4", ""))
    }

    #[test]
    fn an_account_with_everything_lacks_nothing() {
        assert!(report(&["GRANT ALL PRIVILEGES ON *.* TO `u`@`%`"], &["a"], false).is_empty());
    }

    #[test]
    fn each_missing_right_comes_with_its_uses_and_its_grant() {
        let lines = ["GRANT ALL PRIVILEGES ON `my_db`.* TO `u`@`%`"];
        let missing = report(&lines, &["my_db"], false);
        let names: Vec<&str> = missing.iter().map(|m| m.privilege.as_str()).collect();
        assert_eq!(names, ["REPLICATION CLIENT", "REPLICATION SLAVE"]);
        assert_eq!(missing[0].needed_for, [Purpose::IncrementalRead]);
        assert_eq!(missing[0].grant, "GRANT REPLICATION CLIENT ON *.* TO 'o''m@s'@'10.%'");
    }

    #[test]
    fn a_grant_names_one_database_even_if_its_name_looks_like_a_pattern() {
        let grant = |literal| {
            let missing = report(&["GRANT USAGE ON *.* TO `u`@`%`"], &["my_d%"], literal);
            missing.into_iter().find(|m| m.privilege == "SELECT").unwrap()
        };
        assert_eq!(grant(false).grant, "GRANT SELECT ON `my\\_d\\%`.* TO 'o''m@s'@'10.%'");
        assert_eq!(grant(true).grant, "GRANT SELECT ON `my_d%`.* TO 'o''m@s'@'10.%'");
        assert_eq!(grant(true).needed_for, [Purpose::FullRead, Purpose::Write]);
    }

    #[test]
    fn a_grant_repeats_what_a_pattern_gave_since_it_puts_itself_in_front() {
        let missing = report(&["GRANT SELECT, INSERT ON `my%`.* TO `u`@`%`"], &["my_db"], false);
        let update = missing.iter().find(|m| m.privilege == "UPDATE").unwrap();
        assert_eq!(update.grant, "GRANT INSERT, SELECT, UPDATE ON `my\\_db`.* TO 'o''m@s'@'10.%'");
        assert!(!missing.iter().any(|m| m.privilege == "SELECT"));
    }

    #[test]
    fn without_databases_or_with_very_many_the_whole_server_is_meant() {
        let many: Vec<String> = (0..50).map(|i| format!("d{i}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        for databases in [&[][..], &many] {
            let missing = report(&["GRANT USAGE ON *.* TO `u`@`%`"], databases, false);
            assert!(missing.iter().all(|m| m.object == "*.*"), "{missing:?}");
            assert_eq!(missing.iter().filter(|m| m.privilege == "SELECT").count(), 1);
        }
    }

    fn on(lines: &[&str], objects: &[&str], purpose: Purpose) -> Vec<(String, String)> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let grants = Grants::read(&lines, false);
        let account =
            Account { name: "u@%", grants: &grants, databases: &[], literal_names: false };
        let objects: Vec<ObjectName> =
            objects.iter().map(|name| ObjectName::new("my_db", *name)).collect();
        let server = Server::of_mysql_protocol("9.7.4", "");
        let missing = missing_on(&account, (&Mysql, &server), &objects, &[purpose]);
        missing.into_iter().map(|lack| (lack.privilege, lack.grant)).collect()
    }

    #[test]
    fn rights_on_single_tables_count_for_those() {
        let lines = [
            "GRANT USAGE ON *.* TO `u`@`%`",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON `my_db`.`t` TO `u`@`%`",
            "GRANT SELECT, INSERT (`a`) ON `my_db`.`u` TO `u`@`%`",
            "GRANT ALL PRIVILEGES ON FUNCTION `my_db`.`v` TO `u`@`%`",
        ];
        assert_eq!(on(&lines, &["t"], Purpose::Write), []);
        let lacks = on(&lines, &["t", "u", "v"], Purpose::Write);
        let grant = "GRANT DELETE, INSERT, UPDATE ON `my_db`.`u` TO 'u'@'%'";
        assert_eq!(lacks[0], ("DELETE, INSERT, UPDATE".into(), grant.into()));
        assert_eq!(lacks[1].0, "DELETE, INSERT, SELECT, UPDATE");
        // What is held on all of a database is held on each table.
        assert_eq!(on(&["GRANT ALL ON `my\\_db`.* TO `u`@`%`"], &["v"], Purpose::SchemaWrite), []);
    }
}
