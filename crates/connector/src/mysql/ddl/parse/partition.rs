//! `PARTITION BY`.

use super::{Cursor, ParseError};
use crate::mysql::ddl::ast::{
    Method, MethodKind, Partition, Partitioning, SubPartitioning, Values,
};
use crate::mysql::ddl::token::{Token, Tokens};

impl Cursor<'_> {
    pub(crate) fn partitioning(&mut self) -> Result<Partitioning, ParseError> {
        self.expect("PARTITION")?;
        self.expect("BY")?;
        let mut partitioning =
            Partitioning { by: self.method()?, count: None, sub: None, partitions: vec![] };
        loop {
            if self.eat("PARTITIONS") {
                partitioning.count = self.number();
            } else if self.eat_all(&["SUBPARTITION", "BY"]) {
                let by = self.method()?;
                partitioning.sub = Some(SubPartitioning { by, count: None, template: vec![] });
            } else if self.eat("SUBPARTITIONS") {
                let count = self.number();
                partitioning.sub.as_mut().into_iter().for_each(|sub| sub.count = count);
            } else if self.eat_all(&["SUBPARTITION", "TEMPLATE"]) {
                let template = self.partitions("SUBPARTITION")?;
                partitioning.sub.as_mut().into_iter().for_each(|s| s.template = template.clone());
            } else if self.peek().is('(') && self.look(1).is_word("PARTITION") {
                partitioning.partitions = self.partitions("PARTITION")?;
            } else {
                return Ok(partitioning);
            }
        }
    }

    fn method(&mut self) -> Result<Method, ParseError> {
        let linear = self.eat("LINEAR");
        let kind = self.method_kind()?;
        let mut method =
            Method { kind, linear, algorithm: None, of: Tokens::default(), more: None };
        if self.eat("ALGORITHM") {
            self.eat_symbol('=');
            method.algorithm = self.number();
        }
        if self.peek().is('(') && !self.look(1).is_word("PARTITION") {
            method.of = self.bracketed()?;
        }
        let mut more = Tokens::default();
        while !self.ends_method() {
            self.take_into(&mut more);
        }
        method.more = (!more.0.is_empty()).then_some(more);
        Ok(method)
    }

    fn ends_method(&mut self) -> bool {
        const ENDS: [&str; 3] = ["PARTITIONS", "SUBPARTITION", "SUBPARTITIONS"];
        matches!(self.peek(), Token::End | Token::Symbol(')' | ';'))
            || ENDS.iter().any(|word| self.is_word(word))
            || (self.peek().is('(') && self.look(1).is_word("PARTITION"))
    }

    fn method_kind(&mut self) -> Result<MethodKind, ParseError> {
        const KINDS: [(&[&str], MethodKind); 7] = [
            (&["RANGE", "COLUMNS"], MethodKind::RangeColumns),
            (&["RANGE"], MethodKind::Range),
            (&["LIST", "COLUMNS"], MethodKind::ListColumns),
            (&["LIST"], MethodKind::List),
            (&["HASH"], MethodKind::Hash),
            (&["KEY"], MethodKind::Key),
            (&["SYSTEM_TIME"], MethodKind::SystemTime),
        ];
        let found = KINDS.iter().find(|(words, _)| self.eat_all(words));
        found.map(|(_, kind)| *kind).ok_or_else(|| self.missing("a way to partition"))
    }

    pub(crate) fn partitions(&mut self, word: &'static str) -> Result<Vec<Partition>, ParseError> {
        self.expect_symbol('(', "the partitions")?;
        self.set_raw(self.mode.raw_members);
        let partitions = self.partition_list(word);
        self.set_raw(false);
        partitions
    }

    fn partition_list(&mut self, word: &'static str) -> Result<Vec<Partition>, ParseError> {
        let mut partitions = Vec::new();
        loop {
            partitions.push(self.partition(word)?);
            if !self.eat_symbol(',') {
                break;
            }
        }
        self.expect_symbol(')', "a closing bracket")?;
        Ok(partitions)
    }

    fn partition(&mut self, word: &'static str) -> Result<Partition, ParseError> {
        self.expect(word)?;
        let name = self.name()?;
        let mut partition = Partition { name, values: None, options: vec![], subs: vec![] };
        if self.eat("VALUES") {
            partition.values = Some(self.values()?);
        } else if self.is_word("DEFAULT") || self.is_word("HISTORY") || self.is_word("CURRENT") {
            partition.values = Some(Values::Special(self.name()?.to_ascii_uppercase()));
        }
        while self.peek().name().is_some() {
            partition.options.push(self.option()?);
        }
        if self.peek().is('(') {
            partition.subs = self.partitions("SUBPARTITION")?;
        }
        Ok(partition)
    }

    fn values(&mut self) -> Result<Values, ParseError> {
        if self.eat_all(&["LESS", "THAN"]) {
            if self.eat("MAXVALUE") {
                return Ok(Values::LessThanMax);
            }
            return self.bracketed().map(Values::LessThan);
        }
        if self.eat("IN") {
            return self.bracketed().map(Values::In);
        }
        // OceanBase's default partition without IN.
        self.name().map(|word| Values::Special(word.to_ascii_uppercase()))
    }
}
