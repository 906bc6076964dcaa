//! Types of two columns.

use crate::mysql::ddl::ast::{Column, DataType, Default};
use crate::mysql::ddl::quote::bytes_of;

/// How the type that exists suits the values of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    Same,
    /// Every value fits.
    Wider,
    /// Some values may not.
    Other,
}

const INTEGERS: [(&str, u32); 5] =
    [("tinyint", 8), ("smallint", 16), ("mediumint", 24), ("int", 32), ("bigint", 64)];
const SIZES: [&str; 4] = ["tiny", "", "medium", "long"];

pub(super) fn fit(ours: &Column, theirs: &Column) -> Fit {
    let (a, b) = (plain(ours), plain(theirs));
    if a == b {
        return Fit::Same;
    }
    let fits = integers(&a, &b)
        .or_else(|| lengths(&a, &b))
        .or_else(|| decimals(&a, &b))
        .or_else(|| members(&a, &b))
        .unwrap_or(false);
    if fits { Fit::Wider } else { Fit::Other }
}

/// The type without what changes no value: display widths, character sets, defaults spelled out.
fn plain(column: &Column) -> DataType {
    let ty = &column.ty;
    let mut plain = DataType::new(&ty.name, &ty.args);
    (plain.unsigned, plain.zerofill) = (ty.unsigned, ty.zerofill);
    plain.members.clone_from(&ty.members);
    let integer = INTEGERS.iter().any(|(name, _)| *name == ty.name);
    match ty.name.as_str() {
        _ if integer && !ty.zerofill => plain.args.clear(),
        "year" => plain.args.clear(),
        "char" | "binary" | "bit" if ty.args.is_empty() => plain.args = vec![1],
        "decimal" => {
            let [digits, scale] = [0, 1].map(|at| ty.args.get(at).copied());
            plain.args = vec![digits.unwrap_or(10), scale.unwrap_or(0)];
        }
        "time" | "datetime" | "timestamp" if ty.args.is_empty() => plain.args = vec![0],
        // What MariaDB makes of JSON.
        "json" => plain.name = "longtext".to_owned(),
        _ => {}
    }
    plain
}

pub(super) fn shown(ty: &DataType) -> String {
    let args: Vec<String> = match ty.members.is_empty() {
        true => ty.args.iter().map(u32::to_string).collect(),
        false => ty.members.iter().map(|m| String::from_utf8_lossy(m).into_owned()).collect(),
    };
    let args = if args.is_empty() { String::new() } else { format!("({})", args.join(",")) };
    let sign = if ty.unsigned { " unsigned" } else { "" };
    format!("{}{args}{sign}", ty.name)
}

fn integers(a: &DataType, b: &DataType) -> Option<bool> {
    let bits =
        |ty: &DataType| INTEGERS.iter().find(|(name, _)| *name == ty.name).map(|(_, bits)| *bits);
    let (from, to) = (bits(a)?, bits(b)?);
    Some(match (a.unsigned, b.unsigned) {
        (true, true) | (false, false) => to >= from,
        (true, false) => to > from,
        (false, true) => false,
    })
}

/// Types with a length, by themselves and into the large ones.
fn lengths(a: &DataType, b: &DataType) -> Option<bool> {
    let first = |ty: &DataType| ty.args.first().copied().unwrap_or(0);
    let same = a.name == b.name;
    if let (Some((base, from)), Some((other, to))) = (size(&a.name), size(&b.name)) {
        return Some(base == other && to >= from);
    }
    match a.name.as_str() {
        "char" | "varchar" if matches!(b.name.as_str(), "char" | "varchar") => {
            // CHAR drops spaces at the end.
            Some(first(b) >= first(a) && (same || b.name == "varchar"))
        }
        "char" | "varchar" => {
            let (base, rank) = size(&b.name)?;
            Some(base == "text" && rank >= if first(a) * 4 > 255 { 1 } else { 0 })
        }
        "varbinary" if same => Some(first(b) >= first(a)),
        "varbinary" => {
            let (base, rank) = size(&b.name)?;
            Some(base == "blob" && rank >= usize::from(first(a) > 255))
        }
        "bit" | "time" | "datetime" | "timestamp" if same => Some(first(b) >= first(a)),
        "float" => Some(a.args.is_empty() && b.name == "double" && b.args.is_empty()),
        _ => None,
    }
}

/// Which of the large types it is, and its rank among them.
fn size(name: &str) -> Option<(&'static str, usize)> {
    ["text", "blob"].into_iter().find_map(|base| {
        let rank = SIZES.iter().position(|size| name == format!("{size}{base}"))?;
        Some((base, rank))
    })
}

fn decimals(a: &DataType, b: &DataType) -> Option<bool> {
    let [(Some(from), Some(from_scale)), (Some(to), Some(to_scale))] =
        [a, b].map(|ty| (ty.args.first(), ty.args.get(1)))
    else {
        return None;
    };
    if a.name != "decimal" || b.name != "decimal" || (b.unsigned && !a.unsigned) {
        return None;
    }
    Some(to_scale >= from_scale && to.saturating_sub(*to_scale) >= from.saturating_sub(*from_scale))
}

/// Members keep their numbers when others follow them.
fn members(a: &DataType, b: &DataType) -> Option<bool> {
    let listed = matches!(a.name.as_str(), "enum" | "set") && a.name == b.name;
    listed.then(|| b.members.starts_with(&a.members))
}

pub(super) fn same_default(ours: &Column, theirs: &Column) -> bool {
    let value =
        |column: &Column| column.default.clone().filter(|default| *default != Default::Null);
    match (value(ours), value(theirs)) {
        (None, None) => true,
        (Some(Default::Expression(a)), Some(Default::Expression(b))) => a.means(&b),
        (Some(a), Some(b)) => {
            let fixed = ours.ty.name == "binary";
            a == b || text(&a, fixed).is_some_and(|a| text(&b, fixed) == Some(a))
        }
        _ => false,
    }
}

/// A literal's value, whichever way a server prints it. One of BINARY(n) may be filled up.
fn text(default: &Default, fixed: bool) -> Option<Vec<u8>> {
    let mut value = match default {
        Default::Text(text) => text.clone(),
        Default::Number(number) => number.clone().into_bytes(),
        Default::Hex(digits) => bytes_of(digits),
        _ => return None,
    };
    while fixed && value.last() == Some(&0) {
        value.pop();
    }
    Some(value)
}
