//! The table `data_sources`.

mod row;
mod sealed;

pub use sealed::{SealedRow, reseal, sealed_after};

use super::{Error, containing, within_reach};
use crate::domain::{
    data_source::{DataSource, Sealed, Secrets},
    owned::folded,
};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::{
    page::Slice,
    project::{
        SortOrder,
        data_source::{DataSourceSort, LastProbe},
    },
};
use oms_model::{Actor, DatabaseKind, EndpointId, Owner, Right, UserId};
use row::{Changes, NewRow, Row};

diesel::table! {
    data_sources (id) {
        id -> Text,
        name -> Text,
        name_folded -> Text,
        kind -> Text,
        host -> Text,
        port -> Integer,
        username -> Text,
        tenant -> Nullable<Text>,
        cluster -> Nullable<Text>,
        database_name -> Nullable<Text>,
        account_key -> Text,
        description -> Nullable<Text>,
        region -> Nullable<Text>,
        role -> Nullable<Text>,
        partner_id -> Nullable<Text>,
        options -> Text,
        password_sealed -> Nullable<Text>,
        drc_password_sealed -> Nullable<Text>,
        inner_drc_password_sealed -> Nullable<Text>,
        client_key_sealed -> Nullable<Text>,
        last_probe -> Nullable<Text>,
        owner_user -> Text,
        owner_account -> Text,
        owner_department -> Text,
        created_at -> BigInt,
        modified_at -> BigInt,
        revision -> BigInt,
    }
}

/// Which data sources to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Part of the name or host, or a whole id.
    pub search: Option<String>,
    /// Any, when empty.
    pub kinds: Vec<DatabaseKind>,
    pub region: Option<String>,
    pub sort: DataSourceSort,
    pub order: SortOrder,
}

/// The data source that has an account already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub id: EndpointId,
    pub name: String,
    pub owner: Owner,
}

/// What becomes of a stored secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Keep,
    Clear,
    Set(Sealed),
}

/// A data source, whoever owns it.
pub fn find(conn: &mut Conn, id: &EndpointId) -> Result<Option<DataSource>, Error> {
    let row: Option<Row> =
        data_sources::table.find(id.as_str().to_owned()).first(conn).optional()?;
    row.map(Row::into_domain).transpose()
}

/// A data source that a right of the actor reaches.
pub fn find_within(
    conn: &mut Conn,
    actor: &Actor,
    right: Right,
    id: &EndpointId,
) -> Result<Option<DataSource>, Error> {
    Ok(find(conn, id)?.filter(|source| actor.has(right, &source.owned.owner)))
}

/// A page of the data sources the actor sees, and how many there are.
pub fn list(
    conn: &mut Conn,
    actor: &Actor,
    filter: &Filter,
    slice: Slice,
) -> Result<(Vec<DataSource>, u64), Error> {
    use data_sources as t;
    macro_rules! chosen {
        () => {{
            let mut query =
                within_reach!(t::table.into_boxed(), data_sources, actor, Right::ReadWork);
            if let Some(search) = filter.search.as_deref().filter(|s| !s.is_empty()) {
                let part = containing(&folded(search));
                query = query.filter(
                    t::name_folded
                        .like(part.clone())
                        .escape('!')
                        .or(t::host.like(part).escape('!'))
                        .or(t::id.eq(search.to_owned())),
                );
            }
            if !filter.kinds.is_empty() {
                query = query.filter(t::kind.eq_any(filter.kinds.iter().map(|k| k.to_string())));
            }
            if let Some(region) = &filter.region {
                query = query.filter(t::region.eq(region.clone()));
            }
            query
        }};
    }
    let total: i64 = chosen!().count().get_result(conn)?;
    let query = chosen!();
    // The id makes the order total, so that no row is on two pages or on none.
    let query = match (filter.sort, filter.order) {
        (DataSourceSort::Created, SortOrder::Ascending) => query.order((t::created_at, t::id)),
        (DataSourceSort::Created, SortOrder::Descending) => {
            query.order((t::created_at.desc(), t::id.desc()))
        }
        (DataSourceSort::Modified, SortOrder::Ascending) => query.order((t::modified_at, t::id)),
        (DataSourceSort::Modified, SortOrder::Descending) => {
            query.order((t::modified_at.desc(), t::id.desc()))
        }
        (DataSourceSort::Name, SortOrder::Ascending) => query.order((t::name_folded, t::id)),
        (DataSourceSort::Name, SortOrder::Descending) => {
            query.order((t::name_folded.desc(), t::id.desc()))
        }
    };
    let rows: Vec<Row> = query.limit(slice.limit()).offset(slice.offset()).load(conn)?;
    let sources: Result<Vec<DataSource>, Error> = rows.into_iter().map(Row::into_domain).collect();
    Ok((sources?, total.unsigned_abs()))
}

/// Stores a new data source. A duplicate is an error of the query.
pub fn insert(conn: &mut Conn, source: &DataSource) -> Result<(), Error> {
    let row = NewRow::of(source)?;
    diesel::insert_into(data_sources::table).values(row).execute(conn)?;
    Ok(())
}

/// Replaces what the user decides, if the data source is still at the revision that was seen.
/// Secrets that are kept are not touched, so a reseal at the same time is not undone.
pub fn update(
    conn: &mut Conn,
    source: &DataSource,
    secrets: &Secrets<Change>,
    seen: i64,
) -> Result<bool, Error> {
    let row = data_sources::table
        .find(source.id.as_str().to_owned())
        .filter(data_sources::revision.eq(seen));
    let changes = Changes::of(source, secrets)?;
    Ok(diesel::update(row).set(changes).execute(conn)? == 1)
}

/// Removes a data source.
pub fn delete(conn: &mut Conn, id: &EndpointId) -> Result<bool, Error> {
    let row = data_sources::table.find(id.as_str().to_owned());
    Ok(diesel::delete(row).execute(conn)? == 1)
}

/// Takes a data source off those that name it as their partner.
pub fn forget_partner(conn: &mut Conn, id: &EndpointId) -> Result<(), Error> {
    // Found first and changed by id: an update that searches locks all it passes on InnoDB.
    let partners: Vec<String> = data_sources::table
        .filter(data_sources::partner_id.eq(id.as_str().to_owned()))
        .select(data_sources::id)
        .load(conn)?;
    for partner in partners {
        diesel::update(data_sources::table.find(partner))
            .set((
                data_sources::partner_id.eq(None::<String>),
                data_sources::revision.eq(data_sources::revision + 1),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Keeps a data source from being deleted until the transaction ends; false when it is gone.
/// A transaction that stores a reference to a data source holds it first.
pub fn hold(conn: &mut Conn, id: &EndpointId) -> Result<bool, Error> {
    // An update takes the row's lock on every backend; `for_update` is not on all of them.
    let row = data_sources::table.find(id.as_str().to_owned());
    let held =
        diesel::update(row).set(data_sources::revision.eq(data_sources::revision)).execute(conn)?;
    Ok(held == 1)
}

/// Who is called like that already.
pub fn name_holder(conn: &mut Conn, name: &str) -> Result<Option<EndpointId>, Error> {
    let id: Option<String> = data_sources::table
        .filter(data_sources::name_folded.eq(folded(name)))
        .select(data_sources::id)
        .first(conn)
        .optional()?;
    id.map(|id| row::endpoint_id(&id)).transpose()
}

/// Who has that account already.
pub fn account_holder(conn: &mut Conn, key: &str) -> Result<Option<Holder>, Error> {
    let row: Option<Row> = data_sources::table
        .filter(data_sources::account_key.eq(key.to_owned()))
        .first(conn)
        .optional()?;
    let source = row.map(Row::into_domain).transpose()?;
    Ok(source.map(|source| Holder {
        id: source.id,
        name: source.settings.name,
        owner: source.owned.owner,
    }))
}

/// Remembers a successful test, unless the data source was edited meanwhile. No edit itself.
pub fn set_last_probe(
    conn: &mut Conn,
    id: &EndpointId,
    seen: i64,
    probe: &LastProbe,
) -> Result<bool, Error> {
    let row =
        data_sources::table.find(id.as_str().to_owned()).filter(data_sources::revision.eq(seen));
    let json = row::to_json(id, probe)?;
    Ok(diesel::update(row).set(data_sources::last_probe.eq(Some(json))).execute(conn)? == 1)
}

/// How many data sources a user owns.
pub fn count_of(conn: &mut Conn, user: &UserId) -> Result<u64, Error> {
    let count: i64 = data_sources::table
        .filter(data_sources::owner_user.eq(user.as_str().to_owned()))
        .count()
        .get_result(conn)?;
    Ok(count.unsigned_abs())
}
