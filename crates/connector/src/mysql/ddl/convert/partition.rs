//! Partitions.

use super::Work;
use crate::mysql::ddl::ast::{Method, MethodKind, Partition, Partitioning, Values};
use crate::mysql::ddl::note::NoteCode;
use crate::mysql::ddl::target::Feature;
use crate::product::Product;

impl Work<'_> {
    pub(super) fn convert_partitions(&mut self) {
        let Some(mut partitioning) = self.table.partitioning.take() else { return };
        if let Some(why) = self.partition_obstacle(&partitioning) {
            let what = "PARTITION BY left out; the table is whole";
            self.note(NoteCode::PartitionsDropped, "table", what, why);
            return;
        }
        for method in methods(&mut partitioning) {
            method.of = self.convert_expression("partitions", &method.of);
            if method.algorithm.is_some() && !self.target.has(Feature::KeyAlgorithm) {
                method.algorithm = None;
                let why = self.target_lacks("ALGORITHM; rows go to other partitions");
                self.note(NoteCode::PartitionsChanged, "partitions", "ALGORITHM left out", why);
            }
        }
        self.convert_template(&mut partitioning);
        self.convert_partition_options(&mut partitioning.partitions);
        self.table.partitioning = Some(partitioning);
    }

    fn partition_obstacle(&self, partitioning: &Partitioning) -> Option<String> {
        let sub = partitioning.sub.as_ref();
        let linear = partitioning.by.linear || sub.is_some_and(|sub| sub.by.linear);
        let special = partitioning.partitions.iter().any(is_default);
        let by_time = partitioning.by.kind == MethodKind::SystemTime;
        let deep = sub.is_some_and(|s| !matches!(s.by.kind, MethodKind::Hash | MethodKind::Key));
        let within = matches!(partitioning.by.kind, MethodKind::Hash | MethodKind::Key);
        let oceanbase = self.to(Product::OceanBase);
        let lacks = if linear && !self.target.has(Feature::LinearPartitions) {
            "LINEAR partitions"
        } else if special && !self.target.has(Feature::DefaultPartition) {
            "default partitions"
        } else if by_time && !self.target.has(Feature::SystemVersioning) {
            "partitions by system time"
        } else if (deep || (within && sub.is_some())) && !oceanbase {
            "subpartitions of this kind"
        } else {
            return None;
        };
        Some(self.target_lacks(lacks))
    }

    /// A template gives every partition the same subpartitions; elsewhere their number says so.
    fn convert_template(&mut self, partitioning: &mut Partitioning) {
        let Some(sub) = &mut partitioning.sub else { return };
        if sub.template.is_empty() || self.to(Product::OceanBase) {
            return;
        }
        let count = u32::try_from(sub.template.len()).ok();
        sub.count = sub.count.or(count);
        sub.template.clear();
        let why = self.target_lacks("templates; the subpartitions get names of their own");
        let what = "SUBPARTITION TEMPLATE became SUBPARTITIONS";
        self.note(NoteCode::PartitionsChanged, "partitions", what, why);
    }

    fn convert_partition_options(&mut self, partitions: &mut [Partition]) {
        for partition in partitions {
            for option in std::mem::take(&mut partition.options) {
                let name = option.name.as_str();
                let shared = self.target.has(Feature::PartitionOptions)
                    && self.source.product != Product::OceanBase;
                // The engine is the table's.
                if name == "ENGINE" && !(shared && self.stays()) {
                    continue;
                }
                let placed = name.ends_with("DIRECTORY") || name == "TABLESPACE";
                if (self.stays() || shared) && !placed {
                    partition.options.push(option);
                    continue;
                }
                let what = format!("{name} left out");
                let why = match placed {
                    true => "it names a place on the source's machine".to_owned(),
                    false => self.target_lacks("such options of partitions"),
                };
                self.note(NoteCode::PartitionsChanged, "partitions", what, why);
            }
            self.convert_partition_options(&mut partition.subs);
            self.convert_default_partition(partition);
        }
    }

    /// MariaDB says `DEFAULT` where OceanBase says `VALUES IN (DEFAULT)`.
    fn convert_default_partition(&self, partition: &mut Partition) {
        if !is_default(partition) || self.stays() {
            return;
        }
        partition.values = Some(match self.to(Product::Mariadb) {
            true => Values::Special("DEFAULT".to_owned()),
            false => {
                let mut tokens = crate::mysql::ddl::token::Tokens::default();
                tokens.push(crate::mysql::ddl::token::Token::Word("DEFAULT".to_owned()), false);
                Values::In(tokens)
            }
        });
    }
}

fn methods(partitioning: &mut Partitioning) -> Vec<&mut Method> {
    let sub = partitioning.sub.as_mut().map(|sub| &mut sub.by);
    std::iter::once(&mut partitioning.by).chain(sub).collect()
}

fn is_default(partition: &Partition) -> bool {
    match &partition.values {
        Some(Values::Special(word)) => word == "DEFAULT",
        Some(Values::In(tokens)) => {
            matches!(tokens.0.as_slice(), [only] if only.token.is_word("DEFAULT"))
        }
        _ => false,
    }
}
