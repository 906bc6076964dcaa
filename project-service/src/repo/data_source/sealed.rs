//! The sealed texts of `data_sources`, for sealing them anew under another key.

use super::{data_sources, row::endpoint_id};
use crate::{
    domain::data_source::{Sealed, Secrets, Slot},
    repo::Error,
};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_model::EndpointId;

/// The secrets of one data source, as they are stored.
#[derive(Debug, Clone)]
pub struct SealedRow {
    pub id: EndpointId,
    pub sealed: Secrets<Option<Sealed>>,
}

type Columns = (String, Option<String>, Option<String>, Option<String>, Option<String>);

/// The next rows behind an id, in the order of ids.
pub fn sealed_after(
    conn: &mut Conn,
    after: Option<&EndpointId>,
    limit: i64,
) -> Result<Vec<SealedRow>, Error> {
    use data_sources as t;
    let after = after.map_or("", EndpointId::as_str).to_owned();
    let rows: Vec<Columns> = t::table
        .filter(t::id.gt(after))
        .order(t::id)
        .limit(limit)
        .select((
            t::id,
            t::password_sealed,
            t::drc_password_sealed,
            t::inner_drc_password_sealed,
            t::client_key_sealed,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, password, drc, inner, key)| {
            Ok(SealedRow {
                id: endpoint_id(&id)?,
                sealed: Secrets {
                    password: password.map(Sealed),
                    drc_password: drc.map(Sealed),
                    inner_drc_password: inner.map(Sealed),
                    client_key: key.map(Sealed),
                },
            })
        })
        .collect()
}

/// Replaces a sealed text by another of the same secret, only if it is still the one that was
/// read: an edit that came between wins. No edit itself, so the revision stays.
pub fn reseal(
    conn: &mut Conn,
    id: &EndpointId,
    slot: Slot,
    old: &Sealed,
    new: &Sealed,
) -> Result<bool, Error> {
    use data_sources as t;
    macro_rules! swap {
        ($column:ident) => {
            diesel::update(
                t::table.find(id.as_str().to_owned()).filter(t::$column.eq(Some(old.0.clone()))),
            )
            .set(t::$column.eq(Some(new.0.clone())))
            .execute(conn)?
        };
    }
    let swapped = match slot {
        Slot::Password => swap!(password_sealed),
        Slot::DrcPassword => swap!(drc_password_sealed),
        Slot::InnerDrcPassword => swap!(inner_drc_password_sealed),
        Slot::ClientKey => swap!(client_key_sealed),
    };
    Ok(swapped == 1)
}
