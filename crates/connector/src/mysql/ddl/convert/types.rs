//! Types that the target lacks.

use super::{Work, column_object};
use crate::mysql::ddl::ast::{Column, DataType, Srid};
use crate::mysql::ddl::note::NoteCode;
use crate::mysql::ddl::options::JsonAs;
use crate::mysql::ddl::target::{Feature, Target};
use crate::mysql::ddl::token::{Token, Tokens};
use crate::product::Product;

const GEOMETRIES: [&str; 8] = [
    "geometry",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
];

/// Types that every member of the family has.
const COMMON: [&str; 30] = [
    "tinyint",
    "smallint",
    "mediumint",
    "int",
    "bigint",
    "decimal",
    "float",
    "double",
    "bit",
    "char",
    "varchar",
    "binary",
    "varbinary",
    "tinytext",
    "text",
    "mediumtext",
    "longtext",
    "tinyblob",
    "blob",
    "mediumblob",
    "longblob",
    "enum",
    "set",
    "date",
    "time",
    "datetime",
    "timestamp",
    "year",
    "json",
    "vector",
];

impl Work<'_> {
    pub(super) fn convert_type(&mut self, column: &mut Column) {
        let object = column_object(&column.name);
        let unclear = |member: &Vec<u8>| member.iter().any(|b| matches!(b, b'\'' | b'\\'));
        if self.source.product == Product::OceanBase && column.ty.members.iter().any(unclear) {
            let why = format!("{} prints marks within members as they are", self.source);
            self.note(NoteCode::Ambiguous, &object, "members to be checked", why);
        }
        self.convert_json(&object, column);
        self.convert_addresses(&object, &mut column.ty);
        self.convert_width(&object, &mut column.ty);
        self.convert_srid(&object, &mut column.ty);
        if let Some(method) = column.ty.compressed.take() {
            if self.to(Product::Mariadb) {
                column.ty.compressed = Some(method);
            } else {
                let why = self.target_lacks("compressed columns");
                self.note(NoteCode::AttributeDropped, &object, "COMPRESSED left out", why);
            }
        }
        self.refuse_unknown(&object, &column.ty);
    }

    fn convert_json(&mut self, object: &str, column: &mut Column) {
        if self.is_json_text(column) && self.options.mariadb_json == JsonAs::Json {
            if !self.to(Product::Mariadb) && self.target.has(Feature::Json) {
                column.ty = DataType::new("json", &[]);
                column.checks.retain(|check| json_checked(&check.expression).is_none());
                let why = "spaces, order and repeated members of the text are lost";
                self.note(NoteCode::TypeChanged, object, "JSON text became JSON", why);
            }
        } else if column.ty.name == "json" && !self.target.has(Feature::Json) {
            column.ty = DataType::new("longtext", &[]);
            self.set_binary_text(&mut column.ty);
            let why = self.target_lacks("JSON");
            self.note(NoteCode::TypeChanged, object, "JSON became LONGTEXT", why);
        } else if column.ty.name == "json" && self.to(Product::Mariadb) && !self.stays() {
            let what = "JSON became JSON of MariaDB, which is LONGTEXT";
            let why = "text is kept as it is written, and compared as text";
            self.note(NoteCode::TypeChanged, object, what, why);
        }
    }

    /// Whether the column is what MariaDB makes of JSON.
    fn is_json_text(&self, column: &Column) -> bool {
        self.is_mariadb_json(&column.ty)
            && column.checks.iter().any(|check| json_checked(&check.expression).is_some())
    }

    /// UUID and network addresses, as text.
    fn convert_addresses(&mut self, object: &str, ty: &mut DataType) {
        let (feature, name, length) = match ty.name.as_str() {
            "uuid" => (Feature::Uuid, "char", 36),
            "inet4" => (Feature::Inet4, "varchar", 15),
            "inet6" => (Feature::Inet6, "varchar", 45),
            _ => return,
        };
        if self.target.has(feature) {
            return;
        }
        let old = ty.name.to_ascii_uppercase();
        *ty = DataType::new(name, &[length]);
        self.set_binary_text(ty);
        let what = format!("{old} became {name}({length})");
        let why = self.target_lacks(&format!("type {old}"));
        self.note(NoteCode::TypeChanged, object, what, why);
    }

    /// Lengths that are warned about, and those that the target does not allow.
    fn convert_width(&mut self, object: &str, ty: &mut DataType) {
        let integer = ty.name.ends_with("int");
        let boolean = ty.name == "tinyint" && ty.args == [1] && !ty.unsigned;
        if (integer || ty.name == "year")
            && !ty.zerofill
            && !boolean
            && self.target.has(Feature::WidthsDeprecated)
        {
            ty.args.clear();
        }
        let length = u64::from(ty.args.first().copied().unwrap_or(0));
        let bytes = match ty.name.as_str() {
            "varchar" => length * widest(ty.charset.as_deref().unwrap_or("utf8mb4")),
            "varbinary" => length,
            _ => return,
        };
        // A row of MySQL has room for 65,535 bytes; OceanBase's columns may be longer.
        if bytes <= 65_533 || self.to(Product::OceanBase) || self.stays() {
            return;
        }
        let size = if bytes > 16_777_215 { "long" } else { "medium" };
        let base = if ty.name == "varchar" { "text" } else { "blob" };
        let what = format!("{}({length}) became {size}{base}", ty.name);
        (ty.name, ty.args) = (format!("{size}{base}"), vec![]);
        self.note(NoteCode::TypeChanged, object, what, "a row has room for 65,535 bytes");
    }

    fn convert_srid(&mut self, object: &str, ty: &mut DataType) {
        let Some(Srid::Mysql(number) | Srid::Mariadb(number)) = ty.srid else { return };
        if self.to(Product::Mariadb) {
            ty.srid = Some(Srid::Mariadb(number));
        } else if self.target.has(Feature::SridAttribute)
            && (number == 0 || self.target.spatial_references)
        {
            ty.srid = Some(Srid::Mysql(number));
        } else {
            ty.srid = None;
            let what = format!("SRID {number} left out");
            let why = self.target_lacks("such reference system for columns");
            self.note(NoteCode::AttributeDropped, object, what, why);
        }
    }

    fn refuse_unknown(&mut self, object: &str, ty: &DataType) {
        let name = ty.name.as_str();
        let target = self.target;
        let exists = |target: &Target| match name {
            "vector" => target.has(Feature::Vector),
            "uuid" => target.has(Feature::Uuid),
            "inet4" => target.has(Feature::Inet4),
            "inet6" => target.has(Feature::Inet6),
            _ if GEOMETRIES.contains(&name) => target.has(Feature::Geometry),
            _ => COMMON.contains(&name),
        };
        if exists(target) || (self.stays() && !known(name)) {
            return;
        }
        let why = self.target_lacks(&format!("type {}", name.to_ascii_uppercase()));
        let advice = match name {
            "vector" => "use a newer version, or leave the column out",
            _ if GEOMETRIES.contains(&name) => "use a newer version, or leave the column out",
            _ => "change the column's type at the source or in the converted statement",
        };
        self.refuse(object, why, advice);
    }
}

fn known(name: &str) -> bool {
    COMMON.contains(&name)
        || GEOMETRIES.contains(&name)
        || matches!(name, "uuid" | "inet4" | "inet6")
}

/// The most bytes that a character takes.
pub(super) fn widest(charset: &str) -> u64 {
    match charset {
        "utf8mb4" | "utf16" | "utf16le" | "utf32" | "gb18030" => 4,
        "utf8mb3" | "utf8" | "ujis" | "eucjpms" => 3,
        "gbk" | "gb2312" | "big5" | "sjis" | "cp932" | "euckr" | "ucs2" => 2,
        _ => 1,
    }
}

/// The column that a check demands JSON of.
pub(super) fn json_checked(check: &Tokens) -> Option<&str> {
    let tokens: Vec<&Token> = check.0.iter().map(|piece| &piece.token).collect();
    match tokens.as_slice() {
        [function, open, column, close]
            if function.is_word("json_valid") && open.is('(') && close.is(')') =>
        {
            column.name()
        }
        _ => None,
    }
}
