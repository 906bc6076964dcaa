//! Options of the table.

use super::Work;
use crate::mysql::ddl::ast::{OptionValue, TableOption};
use crate::mysql::ddl::note::NoteCode;
use crate::product::{Product, Version};

/// Options that MySQL and MariaDB share, and that keep their meaning.
const SHARED: [&str; 16] = [
    "AUTO_INCREMENT",
    "AVG_ROW_LENGTH",
    "CHARSET",
    "CHECKSUM",
    "COLLATE",
    "COMMENT",
    "DELAY_KEY_WRITE",
    "ENGINE",
    "KEY_BLOCK_SIZE",
    "MAX_ROWS",
    "MIN_ROWS",
    "PACK_KEYS",
    "ROW_FORMAT",
    "STATS_AUTO_RECALC",
    "STATS_PERSISTENT",
    "STATS_SAMPLE_PAGES",
];

/// Options that every member of the family shares.
const COMMON: [&str; 4] = ["AUTO_INCREMENT", "CHARSET", "COLLATE", "COMMENT"];

/// Places on the source's machine, and engines over other tables.
const PLACES: [&str; 9] = [
    "LOCALITY",
    "PRIMARY_ZONE",
    "SECONDARY_ENGINE",
    "DATA DIRECTORY",
    "INDEX DIRECTORY",
    "TABLESPACE",
    "CONNECTION",
    "UNION",
    "INSERT_METHOD",
];

impl Work<'_> {
    pub(super) fn convert_options(&mut self) {
        let mut dropped: Vec<(String, Vec<String>)> = Vec::new();
        for option in std::mem::take(&mut self.table.options) {
            if let Some(why) = self.option_obstacle(&option) {
                match dropped.iter_mut().find(|(other, _)| *other == why) {
                    Some((_, options)) => options.push(option_shown(&option)),
                    None => dropped.push((why, vec![option_shown(&option)])),
                }
                continue;
            }
            let option = self.convert_option(option);
            self.table.options.push(option);
        }
        for (why, options) in dropped {
            let what = format!("{} left out", options.join(", "));
            self.note(NoteCode::OptionDropped, "table", what, why);
        }
    }

    fn option_obstacle(&self, option: &TableOption) -> Option<String> {
        let name = option.name.as_str();
        if PLACES.contains(&name) || name == "START TRANSACTION" {
            return Some("it has a meaning only where it was written".to_owned());
        }
        if self.stays() {
            let old = self.target.server.version < Version(4, 3, 5);
            let new_word = self.to(Product::OceanBase) && name == "ORGANIZATION" && old;
            return new_word.then(|| self.target_lacks("such options"));
        }
        let both = |product| matches!(product, Product::Mysql | Product::Mariadb | Product::Tidb);
        let known: &[&str] = match both(self.source.product) && both(self.target.server.product) {
            true => &SHARED,
            false => &COMMON,
        };
        (!known.contains(&name) || option.quoted).then(|| self.target_lacks("such options"))
    }

    fn convert_option(&mut self, mut option: TableOption) -> TableOption {
        let word = option.value.as_ref().and_then(OptionValue::word).unwrap_or_default();
        if option.name == "ENGINE" && !self.stays() && !is_shared_engine(word) {
            let what = format!("ENGINE {word} became InnoDB");
            let why = self.target_lacks("engine of that name");
            option.value = Some(OptionValue::Word("InnoDB".to_owned()));
            self.note(NoteCode::OptionChanged, "table", what, why);
        } else if option.name == "ROW_FORMAT" && !self.stays() && word.eq_ignore_ascii_case("PAGE")
        {
            option.value = Some(OptionValue::Word("DYNAMIC".to_owned()));
            let why = self.target_lacks("row format PAGE");
            self.note(NoteCode::OptionChanged, "table", "ROW_FORMAT became DYNAMIC", why);
        }
        option
    }
}

fn option_shown(option: &TableOption) -> String {
    match option.value.as_ref() {
        Some(OptionValue::List(tokens) | OptionValue::Group(tokens)) => {
            format!("{} ({})", option.name, tokens.shown())
        }
        Some(value) => format!("{} {}", option.name, value.word().unwrap_or_default()),
        None => option.name.clone(),
    }
}

fn is_shared_engine(engine: &str) -> bool {
    ["InnoDB", "MyISAM", "MEMORY", "CSV", "ARCHIVE", "BLACKHOLE"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(engine))
}
