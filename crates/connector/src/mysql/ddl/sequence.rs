//! Sequences of MariaDB and OceanBase.

use super::ast::{DataType, Name, TableOption};
use super::render::name_text;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    pub name: Name,
    /// `AS type`, since MariaDB 11.5.
    pub ty: Option<DataType>,
    pub start: Option<i128>,
    pub increment: Option<i128>,
    pub min: Option<i128>,
    pub max: Option<i128>,
    /// 0 for none.
    pub cache: Option<i128>,
    pub cycle: bool,
    pub options: Vec<TableOption>,
}

impl Sequence {
    pub fn named(name: Name) -> Self {
        Self {
            name,
            ty: None,
            start: None,
            increment: None,
            min: None,
            max: None,
            cache: None,
            cycle: false,
            options: vec![],
        }
    }

    /// `CREATE SEQUENCE` without options of the engine.
    pub fn render(&self) -> String {
        let mut sql = format!("CREATE SEQUENCE {}", name_text(&self.name));
        if let Some(ty) = &self.ty {
            sql.push_str(" AS ");
            sql.push_str(&ty.name);
            sql.push_str(if ty.unsigned { " UNSIGNED" } else { "" });
        }
        let numbers = [
            ("START WITH", self.start),
            ("MINVALUE", self.min),
            ("MAXVALUE", self.max),
            ("INCREMENT BY", self.increment),
            ("CACHE", self.cache.filter(|cache| *cache != 0)),
        ];
        for (words, number) in numbers {
            if let Some(number) = number {
                sql.push_str(&format!(" {words} {number}"));
            }
        }
        if self.cache == Some(0) {
            sql.push_str(" NOCACHE");
        }
        sql.push_str(if self.cycle { " CYCLE" } else { " NOCYCLE" });
        sql
    }
}
