//! Definitions of the family: `SHOW CREATE`, conversion by [`super::ddl`], and statements.

mod collision;
mod converter;
mod fault;
mod session;
mod target;
mod trigger;

use super::Mysql;
use super::data_session::{DataSession, Use};
use crate::data_error::DataError;
use crate::product::{Product, Server};
use crate::schema::{Choices, Converter, Schema, SchemaError, SchemaSession};
use async_trait::async_trait;
use converter::MysqlConverter;
use session::Definitions;

#[async_trait]
impl Schema for Mysql {
    async fn reading(&self) -> Result<Box<dyn SchemaSession>, SchemaError> {
        let session = DataSession::open(&self.site, self.member, Use::Describing).await?;
        Ok(Box::new(Definitions::new(session).within("information_schema").await?))
    }

    async fn writing(&self) -> Result<Box<dyn SchemaSession>, SchemaError> {
        let session = DataSession::open(&self.site, self.member, Use::Defining).await?;
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

    async fn end(&self, session: u32) -> Result<(), SchemaError> {
        let mut other = DataSession::open(&self.site, self.member, Use::Defining).await?;
        let ended = other.wire.execute(format!("KILL {session}").as_bytes()).await;
        other.wire.quit().await;
        ended.map(drop).map_err(fault::of_statement)
    }
}

fn is_of_the_family(product: Product) -> bool {
    match product {
        Product::Mysql | Product::Mariadb | Product::OceanBase | Product::Tidb => true,
        Product::OceanBaseOracle
        | Product::PolardbX
        | Product::Postgresql
        | Product::Another(_) => false,
    }
}
