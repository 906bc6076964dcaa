//! Names at the target that its server takes for one.

use crate::runner::Failure;
use oms_connector::Connector;
use oms_contracts::{ErrorCode, sync::ObjectSpec};
use oms_model::ObjectName;
use std::collections::{BTreeSet, HashMap};

/// Refuses tables whose targets are two for us and one for the server: their rows would be mixed. That
/// several tables go into one target is said by giving them the same name.
pub async fn keep_apart(target: &dyn Connector, objects: &[ObjectSpec]) -> Result<(), Failure> {
    let Some((one, other)) = alike(objects.iter().map(|object| &object.target)) else {
        return Ok(());
    };
    let lower = match target.probe().probe().await {
        Ok(probed) => probed.lower_case_table_names,
        Err(error) => {
            let message = format!(
                "{one} and {other} differ in case alone, and the target could not be asked whether \
                 it tells them apart: {error}"
            );
            return Err(Failure { code: ErrorCode::NamesMerge, message });
        }
    };
    if lower.unwrap_or_default() == 0 {
        return Ok(());
    }
    let message = format!("{one} and {other} differ in case alone, which the target does not see");
    Err(Failure { code: ErrorCode::NamesMerge, message })
}

/// Two names that differ, and only in the case of letters.
fn alike<'n>(
    names: impl Iterator<Item = &'n ObjectName>,
) -> Option<(&'n ObjectName, &'n ObjectName)> {
    let mut seen = HashMap::new();
    names.collect::<BTreeSet<_>>().into_iter().find_map(|name| {
        let folded = (name.database.to_lowercase(), name.name.to_lowercase());
        seen.insert(folded, name).map(|earlier| (earlier, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_case_alone_are_alike() {
        let names = ["a.Orders", "a.orders", "b.orders", "a.other", "a.other"].map(|name| {
            let (database, name) = name.split_once('.').expect("a database");
            ObjectName::new(database, name)
        });
        assert_eq!(alike(names.iter()), Some((&names[0], &names[1])));
        assert_eq!(alike(names[1..].iter()), None, "the same name twice is meant");
    }
}
