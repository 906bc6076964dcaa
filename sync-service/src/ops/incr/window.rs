//! A window that is ready to be done.

use crate::domain::incr::{Batch, Fold, Image, Plan, Route};
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
