//! Which rights an account lacks for which use, and the statement for each.

use super::dialect::Postgres;
use super::session::{Session, field};
use crate::dialect::Dialect;
use crate::error::ConnectError;
use crate::privilege::{MissingPrivilege, Purpose};
use tokio_postgres::Row;

/// What the server says an account may do.
#[derive(Debug, Clone)]
pub(super) struct Rights {
    pub account: String,
    pub database: String,
    /// A superuser, a role with the attribute, or a member of a cloud's stand-in for it.
    pub replication: bool,
    pub create_publication: bool,
    pub schemas: Vec<SchemaRights>,
}

/// Rights in one schema; those on tables mean all of them.
#[derive(Debug, Clone)]
pub(super) struct SchemaRights {
    pub schema: String,
    pub usage: bool,
    pub create: bool,
    pub select: bool,
    pub insert: bool,
    pub update: bool,
    pub delete: bool,
}

impl Rights {
    pub async fn read(session: &Session<'_>) -> Result<Self, ConnectError> {
        const ACCOUNT: &str = "SELECT current_user::text, current_database()::text, \
                 r.rolsuper OR r.rolreplication OR EXISTS (SELECT FROM pg_roles s \
                     WHERE s.rolname = 'rds_replication' AND pg_has_role(s.oid, 'MEMBER')), \
                 has_database_privilege(current_database(), 'CREATE') \
             FROM pg_roles r WHERE r.rolname = current_user";
        const SCHEMAS: &str = "SELECT n.nspname::text, has_schema_privilege(n.oid, 'USAGE'), \
                 has_schema_privilege(n.oid, 'CREATE'), \
                 coalesce(bool_and(has_table_privilege(c.oid, 'SELECT')), true), \
                 coalesce(bool_and(t.is_view OR has_table_privilege(c.oid, 'INSERT')), true), \
                 coalesce(bool_and(t.is_view OR has_table_privilege(c.oid, 'UPDATE')), true), \
                 coalesce(bool_and(t.is_view OR has_table_privilege(c.oid, 'DELETE')), true) \
             FROM pg_namespace n \
             LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm') \
             CROSS JOIN LATERAL (SELECT c.relkind IN ('v', 'm') AS is_view) t \
             WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \
             GROUP BY n.oid, n.nspname ORDER BY n.nspname";
        let row = session.row(ACCOUNT, &[]).await?;
        let schemas: Result<_, _> =
            session.rows(SCHEMAS, &[]).await?.iter().map(SchemaRights::of).collect();
        Ok(Self {
            account: field(&row, 0)?,
            database: field(&row, 1)?,
            replication: field(&row, 2)?,
            create_publication: field(&row, 3)?,
            schemas: schemas?,
        })
    }

    /// The rights that are missing, one entry per right and place.
    pub fn missing(&self) -> Vec<MissingPrivilege> {
        use Purpose as P;
        let mut found = Vec::new();
        let account = Postgres.quote(&self.account);
        if !self.replication {
            found.push(MissingPrivilege {
                privilege: "REPLICATION".to_owned(),
                object: account.clone(),
                needed_for: vec![P::IncrementalRead],
                grant: format!("ALTER ROLE {account} REPLICATION"),
            });
        }
        if !self.create_publication {
            let object = Postgres.quote(&self.database);
            found.push(MissingPrivilege {
                privilege: "CREATE".to_owned(),
                grant: format!("GRANT CREATE ON DATABASE {object} TO {account}"),
                object,
                needed_for: vec![P::IncrementalRead],
            });
        }
        for schema in &self.schemas {
            found.extend(schema.missing(&account));
        }
        found.sort_by(|a, b| (&a.needed_for, &a.object).cmp(&(&b.needed_for, &b.object)));
        found
    }
}

impl SchemaRights {
    fn of(row: &Row) -> Result<Self, ConnectError> {
        Ok(Self {
            schema: field(row, 0)?,
            usage: field(row, 1)?,
            create: field(row, 2)?,
            select: field(row, 3)?,
            insert: field(row, 4)?,
            update: field(row, 5)?,
            delete: field(row, 6)?,
        })
    }

    fn missing(&self, account: &str) -> Vec<MissingPrivilege> {
        use Purpose as P;
        let object = Postgres.quote(&self.schema);
        let lacks = |held: bool, privilege: &str, on: &str, needed_for: &[Purpose]| {
            (!held).then(|| MissingPrivilege {
                privilege: privilege.to_owned(),
                object: object.clone(),
                needed_for: needed_for.to_vec(),
                grant: format!("GRANT {privilege} ON {on} {object} TO {account}"),
            })
        };
        let tables = "ALL TABLES IN SCHEMA";
        let every = [
            lacks(self.usage, "USAGE", "SCHEMA", &[P::SchemaRead, P::FullRead, P::Write]),
            lacks(self.select, "SELECT", tables, &[P::FullRead, P::Write]),
            lacks(self.insert, "INSERT", tables, &[P::Write]),
            lacks(self.update, "UPDATE", tables, &[P::Write]),
            lacks(self.delete, "DELETE", tables, &[P::Write]),
            lacks(self.create, "CREATE", "SCHEMA", &[P::SchemaWrite]),
        ];
        every.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(held: bool) -> Rights {
        let schema = SchemaRights {
            schema: "s\"1".into(),
            usage: held,
            create: held,
            select: held,
            insert: held,
            update: held,
            delete: held,
        };
        Rights {
            account: "Me".into(),
            database: "db".into(),
            replication: held,
            create_publication: held,
            schemas: vec![schema],
        }
    }

    #[test]
    fn who_may_do_everything_lacks_nothing() {
        assert!(rights(true).missing().is_empty());
    }

    #[test]
    fn each_missing_right_comes_with_its_statement() {
        let missing = rights(false).missing();
        let grants: Vec<&str> = missing.iter().map(|m| m.grant.as_str()).collect();
        assert_eq!(
            grants,
            [
                "GRANT USAGE ON SCHEMA \"s\"\"1\" TO \"Me\"",
                "GRANT SELECT ON ALL TABLES IN SCHEMA \"s\"\"1\" TO \"Me\"",
                "ALTER ROLE \"Me\" REPLICATION",
                "GRANT CREATE ON DATABASE \"db\" TO \"Me\"",
                "GRANT INSERT ON ALL TABLES IN SCHEMA \"s\"\"1\" TO \"Me\"",
                "GRANT UPDATE ON ALL TABLES IN SCHEMA \"s\"\"1\" TO \"Me\"",
                "GRANT DELETE ON ALL TABLES IN SCHEMA \"s\"\"1\" TO \"Me\"",
                "GRANT CREATE ON SCHEMA \"s\"\"1\" TO \"Me\"",
            ]
        );
    }
}
