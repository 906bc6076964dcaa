//! Where the rows of each definition go.

use super::fate::Trouble;
use crate::domain::incr::{Kinds, Misfit, Route, conversion};
use oms_connector::{
    Applied, Cascade, Connector, DataError, Destination, Follower, OtherKey, Reaction, TargetColumn,
};
use oms_contracts::ErrorCode;
use oms_model::change::Seq;
use oms_model::{Table, UniqueKey, UniquePart};
use std::collections::HashMap;
use std::sync::Arc;

/// Which tables are replicated, and whereto.
pub trait Mapping: Send + Sync {
    /// What is done with a table of the source; nothing where it is not replicated.
    fn rule(&self, database: &str, table: &str) -> Option<TableRule>;

    /// Whether the source logs what its references do to rows.
    fn cascades(&self) -> Cascades {
        Cascades::Unknown
    }

    /// Whether other tables of the source go where this rule leads as well, or may come to.
    fn is_shared(&self, rule: &TableRule) -> bool;
}

/// Whether a source logs what its references do: rows that go or change with those they refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cascades {
    /// It does: MySQL from 9.6 on, and every database that is not of its family.
    Logged,
    /// It does not: the target's references are followed. MariaDB, and MySQL before 9.6.
    Silent,
    /// They are followed, and what the log says about rows that have followed is done as if it may
    /// have been done before.
    #[default]
    Unknown,
}

/// What is done with the changes of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRule {
    pub target_database: String,
    pub target_table: String,
    /// Only these columns.
    pub columns: Option<Vec<String>>,
    /// Only rows that meet this.
    pub filter: Option<String>,
    pub kinds: Kinds,
    /// Changes up to here are at the target already.
    pub since: Seq,
    /// Whether that is known: rows without a key need it.
    pub is_sure: bool,
}

impl TableRule {
    /// All of a table, under that name.
    pub fn whole(database: impl Into<String>, table: impl Into<String>) -> Self {
        Self {
            target_database: database.into(),
            target_table: table.into(),
            columns: None,
            filter: None,
            kinds: Kinds::ALL,
            since: Seq::START,
            is_sure: true,
        }
    }
}

/// Tables by name.
#[derive(Debug, Clone, Default)]
pub struct Named(pub HashMap<(String, String), TableRule>);

impl Mapping for Named {
    fn rule(&self, database: &str, table: &str) -> Option<TableRule> {
        self.0.get(&(database.to_owned(), table.to_owned())).cloned()
    }

    fn is_shared(&self, rule: &TableRule) -> bool {
        let same = |other: &&TableRule| {
            other.target_database == rule.target_database && other.target_table == rule.target_table
        };
        self.0.values().filter(same).nth(1).is_some()
    }
}

/// Routes by the number of their definition, and the tables that they lead to.
pub struct Routes {
    target: Arc<dyn Connector>,
    mapping: Arc<dyn Mapping>,
    /// Which route a definition takes; none where it is not replicated.
    by_definition: HashMap<u32, Option<u32>>,
    pub routes: Arc<Vec<Route>>,
    /// What each route leads to.
    pub tables: Arc<Vec<Applied>>,
    /// The numbers of target tables, by name.
    targets: HashMap<(String, String), usize>,
    /// Those of source tables.
    sources: HashMap<(String, String), usize>,
    /// What target tables look like, by name.
    layouts: HashMap<(String, String), Table>,
    /// References of the target, once they are known.
    cascades: Option<Vec<Cascade>>,
}

impl Routes {
    pub fn new(target: Arc<dyn Connector>, mapping: Arc<dyn Mapping>) -> Self {
        Self {
            target,
            mapping,
            by_definition: HashMap::new(),
            routes: Arc::default(),
            tables: Arc::default(),
            targets: HashMap::new(),
            sources: HashMap::new(),
            layouts: HashMap::new(),
            cascades: None,
        }
    }

    /// The route of a definition, if it is known whether it has one.
    pub fn known(&self, definition: u32) -> Option<Option<(u32, &Route)>> {
        let route = self.by_definition.get(&definition)?;
        Some(route.map(|number| (number, &self.routes[number as usize])))
    }

    /// Whether a table is replicated.
    pub fn rule(&self, database: &str, table: &str) -> Option<TableRule> {
        self.mapping.rule(database, table)
    }

    /// Whether other tables go where a rule leads as well.
    pub fn is_shared(&self, rule: &TableRule) -> bool {
        self.mapping.is_shared(rule)
    }

    /// Finds out where the rows of a definition go.
    pub async fn find(&mut self, definition: u32, source: &Table) -> Result<(), Trouble> {
        let Some(rule) = self.mapping.rule(&source.database, &source.name) else {
            self.by_definition.insert(definition, None);
            return Ok(());
        };
        let target = self.layout(&rule.target_database, &rule.target_table).await?;
        let route = route(source, &target, &rule).map_err(|misfit| of_misfit(&misfit))?;
        if route.is_loose() && !rule.is_sure {
            return Err(unsure(source));
        }
        let mut applied = applied(source, &target, &route);
        let route = self.followed(&target, route, &mut applied).await?;
        let name = (rule.target_database, rule.target_table);
        let target = numbered(&mut self.targets, name);
        let source = numbered(&mut self.sources, (source.database.clone(), source.name.clone()));
        Arc::make_mut(&mut self.tables).push(applied);
        let routes = Arc::make_mut(&mut self.routes);
        let number = u32::try_from(routes.len()).unwrap_or(u32::MAX);
        routes.push(Route { target, source, ..route });
        self.by_definition.insert(definition, Some(number));
        Ok(())
    }

    /// Looks anew at target tables from here on: their definitions have changed.
    pub fn forget(&mut self) {
        self.layouts.clear();
        self.cascades = None;
        self.by_definition.clear();
    }

    /// Adds what refers to a table, and whether it refers to others itself.
    async fn followed(
        &mut self,
        target: &Table,
        mut route: Route,
        applied: &mut Applied,
    ) -> Result<Route, Trouble> {
        let logs = self.mapping.cascades();
        let Some(applier) = self.target.applier().filter(|_| logs != Cascades::Logged) else {
            return Ok(route);
        };
        if self.cascades.is_none() {
            let found = applier.cascades().await.map_err(|error| Trouble::of_data(&error))?;
            self.cascades = Some(found);
        }
        let all = self.cascades.as_deref().unwrap_or_default();
        let is = |name: &(String, String)| name.0 == target.database && name.1 == target.name;
        route.is_follower = logs == Cascades::Unknown && all.iter().any(|one| is(&one.child));
        if route.is_follower && route.is_loose() {
            let message = format!(
                "the rows of {target} go or change with rows they refer to, it has no key, and it is \
                 not known whether the source logs that: give the table a primary key"
            );
            return Err(Trouble::end(ErrorCode::TableUnusable, message));
        }
        for cascade in all.iter().filter(|one| is(&one.parent)) {
            let follower = follower(cascade, applied).ok_or_else(|| {
                let (database, table) = &cascade.child;
                let message = format!(
                    "{database}.{table} refers to columns of {target} that are not replicated, and \
                     its rows go or change with them: replicate these columns as well"
                );
                Trouble::end(ErrorCode::TableUnusable, message)
            })?;
            let places = follower.columns.iter().map(|(_, written)| route.places[*written]);
            if follower.on_delete != Reaction::Nothing {
                route.follows.deletes.extend(places.clone());
            }
            if follower.on_update != Reaction::Nothing {
                route.follows.updates.extend(places);
            }
            applied.followers.push(follower);
        }
        Ok(route)
    }

    async fn layout(&mut self, database: &str, table: &str) -> Result<Table, Trouble> {
        let name = (database.to_owned(), table.to_owned());
        if let Some(known) = self.layouts.get(&name) {
            return Ok(known.clone());
        }
        let unable = || DataError::Unsupported("the target cannot be read".into());
        let snapshot = self.target.snapshot().ok_or_else(|| Trouble::of_data(&unable()))?;
        let layout = snapshot.layout(database, table).await;
        let layout = layout.map_err(|error| Trouble::of_data(&error))?;
        self.layouts.insert(name, layout.clone());
        Ok(layout)
    }
}

/// The number of a table, which it keeps.
fn numbered(known: &mut HashMap<(String, String), usize>, name: (String, String)) -> u32 {
    let count = known.len();
    u32::try_from(*known.entry(name).or_insert(count)).unwrap_or(u32::MAX)
}

fn route(source: &Table, target: &Table, rule: &TableRule) -> Result<Route, Misfit> {
    let route = Route::new(source, target, rule.columns.as_deref())?;
    let route = match &rule.filter {
        Some(filter) => route.filtered(source, filter)?,
        None => route,
    };
    Ok(Route { kinds: rule.kinds, since: rule.since, ..route })
}

fn applied(source: &Table, target: &Table, route: &Route) -> Applied {
    let columns = || route.columns.iter().map(|column| &target.columns[*column]);
    let charsets = columns()
        .zip(&route.places)
        .map(|(column, place)| conversion(&source.columns[*place].logical, &column.logical));
    let key = route.key.iter().filter_map(|place| route.places.iter().position(|at| at == place));
    let key: Vec<usize> = key.collect();
    let others = others(target, route, &key);
    Applied {
        into: Destination {
            database: target.database.clone(),
            table: target.name.clone(),
            columns: columns().map(TargetColumn::from).collect(),
            key,
        },
        charsets: charsets.collect(),
        sole_key: target.keys.len() == 1,
        whole: route.whole,
        others,
        followers: Vec::new(),
    }
}

fn unsure(source: &Table) -> Trouble {
    let message = format!(
        "nothing tells rows of {source} apart, and it is not known which changes of them the full \
         load has read"
    );
    Trouble::end(ErrorCode::HandoverUnsure, message)
}

/// What follows the rows of a table; nothing where it refers to what is not written.
fn follower(cascade: &Cascade, applied: &Applied) -> Option<Follower> {
    let Cascade { child, columns, on_delete, on_update, .. } = cascade;
    let place = |parent: &String| {
        let same = |name: &str| name.to_lowercase() == parent.to_lowercase();
        applied.into.columns.iter().position(|column| same(&column.name))
    };
    let columns = columns.iter().map(|(child, parent)| Some((child.clone(), place(parent)?)));
    Some(Follower {
        database: child.0.clone(),
        table: child.1.clone(),
        columns: columns.collect::<Option<_>>()?,
        on_delete: *on_delete,
        on_update: *on_update,
    })
}

/// The unique keys besides the one that tells rows apart.
fn others(target: &Table, route: &Route, key: &[usize]) -> Vec<OtherKey> {
    let place = |column: Option<usize>| {
        let column = column?;
        route.columns.iter().position(|written| *written == column)
    };
    let may_lack =
        |written: usize| target.columns[route.columns[written]].nullable && !key.contains(&written);
    let other = |of: &UniqueKey| {
        let part = |part: &UniquePart| Some((place(part.column)?, part.prefix));
        let parts: Vec<(usize, Option<u32>)> = of.parts.iter().map(part).collect::<Option<_>>()?;
        let is_key = parts.len() == key.len()
            && parts.iter().all(|(at, prefix)| prefix.is_none() && key.contains(at));
        let may_lack = parts.iter().map(|(at, _)| *at).find(|at| may_lack(*at));
        (!is_key).then_some(OtherKey { parts, may_lack })
    };
    target.keys.iter().filter_map(other).collect()
}

fn of_misfit(misfit: &Misfit) -> Trouble {
    let code = match misfit {
        Misfit::Filter { .. } => ErrorCode::FilterRefused,
        Misfit::NoColumn { .. } | Misfit::NoSourceColumn { .. } | Misfit::Computed { .. } => {
            ErrorCode::TableUnusable
        }
    };
    Trouble::end(code, misfit.to_string())
}
