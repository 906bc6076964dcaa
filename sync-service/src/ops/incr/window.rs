//! A window that is ready to be done.

use crate::domain::incr::{Batch, Fold, Image, Plan, Route, Row};
use oms_connector::Applied;
use oms_model::Value;
use oms_model::change::Seq;
use std::sync::Arc;

/// Changes behind one number up to another, as work.
#[derive(Debug)]
pub struct Window {
    pub fold: Fold,
    pub routes: Arc<Vec<Route>>,
    /// What each route leads to.
    pub tables: Arc<Vec<Applied>>,
    /// Its work, taken out while it is done.
    pub plan: Plan,
    /// Everything up to here is in it.
    pub upto: Seq,
    /// When the last of it was committed.
    pub committed: i64,
    /// Some of it may have been done before.
    pub lenient: bool,
    /// A transaction of the source goes on behind it.
    pub goes_on: bool,
}

impl Window {
    pub fn way(&self, number: u32) -> &Route {
        &self.routes[number as usize]
    }

    /// Whether work of a route may have been done before, or is not what all of it would be.
    pub fn is_lenient(&self, route: u32) -> bool {
        self.lenient || self.way(route).has_gaps()
    }

    /// Whether a row has another key than it had.
    pub fn moves(&self, row: &Row) -> bool {
        let (from, to) = (self.way(row.key.route), self.way(row.image.route));
        let was: Vec<Value<'_>> = self.fold.blocks.cells(&row.key).collect();
        let is: Vec<Value<'_>> = self.fold.blocks.cells(&row.image).collect();
        let differs = |(from, to): (&usize, &usize)| match is.get(*to) {
            Some(Value::Unchanged) => false,
            value => was.get(*from) != value,
        };
        from.key.iter().zip(&to.key).any(differs)
    }

    /// Whether rows may not be there, since new ones are left out, or went with others.
    pub fn may_lack(&self, route: u32) -> bool {
        let way = self.way(route);
        way.is_follower || !way.kinds.inserts
    }

    pub fn table(&self, route: u32) -> &Applied {
        &self.tables[route as usize]
    }

    /// A row's key for people; its first values where it has none.
    pub fn key(&self, image: &Image) -> String {
        let route = self.way(image.route);
        let table = self.table(image.route);
        let values: Vec<Value<'_>> = self.fold.blocks.cells(image).collect();
        let all: Vec<usize> = (0..route.places.len()).collect();
        let of_key =
            if table.into.key.is_empty() { &all[..all.len().min(3)] } else { &table.into.key };
        self.shown(image.route, &values, of_key)
    }

    /// All that is written of a row, for people.
    pub fn image(&self, image: &Image) -> String {
        let route = self.way(image.route);
        let values: Vec<Value<'_>> = self.fold.blocks.cells(image).collect();
        let all: Vec<usize> = (0..route.places.len()).collect();
        self.shown(image.route, &values, &all)
    }

    fn shown(&self, number: u32, values: &[Value<'_>], columns: &[usize]) -> String {
        let (route, table) = (self.way(number), self.table(number));
        let part = |column: &usize| {
            let value = values.get(*route.places.get(*column)?)?;
            Some(format!("{}={value}", table.into.columns.get(*column)?.name))
        };
        columns.iter().filter_map(part).collect::<Vec<_>>().join(", ")
    }

    /// Takes the batches out, step by step.
    pub fn steps(&mut self) -> Vec<Vec<Batch>> {
        std::mem::take(&mut self.plan.steps)
    }
}
