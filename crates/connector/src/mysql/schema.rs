//! Definitions of the family: `SHOW CREATE`, conversion by [`super::ddl`], and statements.

mod collision;
mod converter;
mod fault;
mod session;
mod target;
mod trigger;

use super::Mysql;
use super::data_session::{DataSession, Use};
use super::seat;
use super::seated::Seated;
use crate::data_error::DataError;
use crate::product::{Product, Server};
use crate::schema::{Choices, Converter, Schema, SchemaError, SchemaSession};
use crate::seat::{Seat, Seating};
use async_trait::async_trait;
use converter::MysqlConverter;
pub(super) use fault::of_statement;
use session::Definitions;
use std::time::Duration;
pub(super) use target::describe;

#[async_trait]
impl Schema for Mysql {
    async fn reading(&self) -> Result<Box<dyn SchemaSession>, SchemaError> {
        let session = Seated::open(&self.site, self.member, Use::Describing, None).await?;
        Ok(Box::new(Definitions::new(session).within("information_schema").await?))
    }

    async fn writing(&self, seat: Option<&Seat>) -> Result<Box<dyn SchemaSession>, SchemaError> {
        let session = Seated::open(&self.site, self.member, Use::Defining, seat).await?;
        Ok(Box::new(Definitions::new(session)))
    }

    async fn converter(
        &self,
        source: &Server,
        choices: Choices,
    ) -> Result<Box<dyn Converter>, SchemaError> {
        if !is_of_the_family(source.product) {
            let why = format!("definitions of {source} cannot be written for a {}", self.site.kind);
            return Err(DataError::Unsupported(why).into());
        }
        let mut session = DataSession::open(&self.site, self.member, Use::Defining).await?;
        let target = target::describe(&mut session).await?;
        session.wire.quit().await;
        Ok(Box::new(MysqlConverter::new(source.clone(), target, choices)))
    }

    async fn end(&self, seat: &Seat, limit: Duration) -> Result<(), SchemaError> {
        self.end_all([seat.clone()].into_iter(), limit).await
    }

    async fn vacate(&self, seating: &Seating, limit: Duration) -> Result<(), SchemaError> {
        self.end_all(seating.all(), limit).await
    }
}

impl Mysql {
    async fn end_all(
        &self,
        seats: impl Iterator<Item = Seat>,
        limit: Duration,
    ) -> Result<(), SchemaError> {
        let mut session = DataSession::open(&self.site, self.member, Use::Defining).await?;
        let ended = seat::vacate(&mut session, seats, limit).await;
        session.wire.quit().await;
        Ok(ended?)
    }
}

pub(super) fn is_of_the_family(product: Product) -> bool {
    match product {
        Product::Mysql | Product::Mariadb | Product::OceanBase | Product::Tidb => true,
        Product::OceanBaseOracle
        | Product::PolardbX
        | Product::Postgresql
        | Product::Another(_) => false,
    }
}
