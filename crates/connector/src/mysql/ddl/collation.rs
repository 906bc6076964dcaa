//! Which collation stands in for one that the target lacks, and what that does to keys.

use super::options::Options;
use super::target::{Target, canonical};
use crate::product::{Product, Server, Version};

/// A collation for a column or table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub charset: String,
    pub collation: String,
    /// Whether values that differ under the old one may be equal under the new one.
    pub may_merge: bool,
    /// Whether it is another collation, by meaning rather than by name.
    pub changed: bool,
    /// Whether the character set is another.
    pub recoded: bool,
}

/// What a collation tells apart, from its name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Traits {
    charset: String,
    /// What the name says besides: `unicode`, `0900`, `uca1400_german2`, `` for plain `_bin`.
    family: String,
    case: bool,
    accents: bool,
    /// Whether values that differ in trailing spaces are equal.
    pads: bool,
    binary: bool,
}

impl Traits {
    fn of(collation: &str) -> Self {
        let name = canonical(collation);
        if name == "binary" {
            let [charset, family] = ["binary".to_owned(), String::new()];
            return Self { charset, family, case: true, accents: true, pads: false, binary: true };
        }
        let (charset, rest) = name.split_once('_').unwrap_or((&name, ""));
        let words: Vec<&str> = rest.split('_').collect();
        let has = |word: &str| words.contains(&word);
        let binary = has("bin");
        let uca = has("0900");
        let marks = ["bin", "ci", "cs", "ai", "as", "ks", "nopad"];
        let family: Vec<&str> = words.iter().copied().filter(|w| !marks.contains(w)).collect();
        Self {
            charset: charset.to_owned(),
            family: family.join("_"),
            case: binary || has("cs"),
            accents: binary || has("as") || (has("cs") && !has("ai")),
            pads: !(uca || has("nopad")),
            binary,
        }
    }
}

/// Whether distinct values under `from` may be equal under `to`.
fn may_merge(from: &Traits, to: &Traits) -> bool {
    if !from.pads && to.pads {
        return true;
    }
    if to.binary {
        return false;
    }
    // Families weigh characters differently, so each may equate what another tells apart; so do
    // those of one name outside Unicode.
    let unicode = |traits: &Traits| {
        matches!(traits.charset.as_str(), "ucs2") || traits.charset.starts_with("utf")
    };
    if from.charset != to.charset && !(unicode(from) && unicode(to)) {
        return true;
    }
    let looser = (from.case && !to.case) || (from.accents && !to.accents);
    from.binary || from.family != to.family || looser
}

/// The collation of a character set that is named without one.
pub(crate) fn default_collation(server: &Server, charset: &str) -> String {
    let mysql8 = server.product == Product::Mysql && server.version >= Version(8, 0, 0);
    let charset = canonical(charset);
    let suffix = match charset.as_str() {
        "binary" => return charset,
        "utf8mb4" if mysql8 => "0900_ai_ci",
        "latin1" | "dec8" | "swe7" => "swedish_ci",
        "gbk" | "gb2312" | "gb18030" | "big5" => "chinese_ci",
        "sjis" | "ujis" | "cp932" | "eucjpms" => "japanese_ci",
        "euckr" => "korean_ci",
        "tis620" => "thai_ci",
        "hp8" => "english_ci",
        _ => "general_ci",
    };
    format!("{charset}_{suffix}")
}

/// The character set and collation of a database.
pub(crate) fn database_text(
    charset: &str,
    collation: &str,
    target: &Target,
    options: &Options,
) -> (String, String) {
    let from =
        if collation.is_empty() { format!("{charset}_general_ci") } else { collation.to_owned() };
    let choice = choose(&from, target, options);
    (choice.charset, choice.collation)
}

/// The collation at the target that is closest to `collation`.
pub(crate) fn choose(collation: &str, target: &Target, options: &Options) -> Choice {
    let from = Traits::of(collation);
    let finish = |chosen: String| {
        let to = Traits::of(&chosen);
        let changed = canonical(&chosen) != canonical(collation);
        let charset = target.charset(&to.charset).unwrap_or_else(|| to.charset.clone());
        let recoded = to.charset != from.charset;
        let may_merge = changed && may_merge(&from, &to);
        Choice { charset, collation: chosen, may_merge, changed, recoded }
    };
    let wish = |key: &str| options.collations.get(key).and_then(|name| target.collation(name));
    if let Some(own) = wish(&canonical(collation)).or_else(|| target.collation(collation)) {
        return finish(own);
    }
    if let Some(any) = wish("*") {
        return finish(any);
    }
    let charset = stand_in(&from.charset, target, options);
    let plain = target.server.product == Product::OceanBase;
    let found =
        candidates(&from, &charset, plain).into_iter().find_map(|name| target.collation(&name));
    let fallback = || target.charsets.get(&charset).cloned();
    finish(found.or_else(fallback).unwrap_or_else(|| format!("{charset}_general_ci")))
}

/// The character set at the target that holds the values of `charset`.
fn stand_in(charset: &str, target: &Target, options: &Options) -> String {
    let wish = |key: &str| options.charsets.get(key).and_then(|name| target.charset(name));
    if let Some(own) = wish(charset).or_else(|| target.charset(charset)) {
        return own;
    }
    let wide = if charset == "utf16le" { target.charset("utf16") } else { None };
    wish("*")
        .or(wide)
        .or_else(|| target.charset("utf8mb4"))
        .or_else(|| target.charset("utf8mb3"))
        .unwrap_or_else(|| "utf8mb4".to_owned())
}

/// Collations to try, the closest first. The `plain` ones are those that OceanBase always has, which
/// its users expect.
fn candidates(from: &Traits, charset: &str, plain: bool) -> Vec<String> {
    let mut tails: Vec<String> = Vec::new();
    let strength = match (from.accents, from.case) {
        (_, true) => "as_cs",
        (true, false) => "as_ci",
        (false, false) => "ai_ci",
    };
    if from.binary {
        let tail = if from.pads { ["bin", "0900_bin"] } else { ["nopad_bin", "0900_bin"] };
        tails.extend(tail.map(str::to_owned));
        tails.push("bin".to_owned());
    } else {
        let modern = from.family.contains("0900") || from.family.contains("uca1400");
        if modern {
            let language = language(&from.family);
            tails.extend(modern_tails(from, language, strength));
            tails.extend(modern_tails(from, None, strength));
        }
        if from.case {
            tails.push("bin".to_owned());
        }
        let family = &from.family;
        if !modern && !family.is_empty() && !from.case {
            let tail = if from.pads { "ci" } else { "nopad_ci" };
            tails.push(format!("{family}_{tail}"));
            tails.push(format!("{family}_ci"));
        }
        if family != "general" && !plain {
            let nopad = if from.pads { "" } else { "nopad_" };
            for unicode in ["unicode_520", "unicode"] {
                tails.push(format!("{unicode}_{nopad}ci"));
                tails.push(format!("{unicode}_ci"));
            }
        }
        tails.push("general_ci".to_owned());
    }
    tails.into_iter().map(|tail| format!("{charset}_{tail}")).collect()
}

/// The newest Unicode collations, as MySQL and MariaDB name them.
fn modern_tails(from: &Traits, language: Option<&Language>, strength: &str) -> Vec<String> {
    let (mysql, mariadb) = match language {
        Some((mysql, mariadb)) => (format!("{mysql}_"), format!("{mariadb}_")),
        None => (String::new(), String::new()),
    };
    let mut tails = vec![format!("{mysql}0900_{strength}")];
    let padded = format!("uca1400_{mariadb}{strength}");
    let unpadded = format!("uca1400_{mariadb}nopad_{strength}");
    tails.extend(if from.pads { [padded, unpadded] } else { [unpadded, padded] });
    tails
}

/// A language in the names of MySQL and of MariaDB.
type Language = (&'static str, &'static str);

const LANGUAGES: [Language; 20] = [
    ("cs", "czech"),
    ("da", "danish"),
    ("de_pb", "german2"),
    ("eo", "esperanto"),
    ("es", "spanish"),
    ("es_trad", "spanish2"),
    ("et", "estonian"),
    ("hr", "croatian"),
    ("hu", "hungarian"),
    ("is", "icelandic"),
    ("la", "roman"),
    ("lt", "lithuanian"),
    ("lv", "latvian"),
    ("pl", "polish"),
    ("ro", "romanian"),
    ("sk", "slovak"),
    ("sl", "slovenian"),
    ("sv", "swedish"),
    ("tr", "turkish"),
    ("vi", "vietnamese"),
];

fn language(family: &str) -> Option<&'static Language> {
    let word = family.replace("_0900", "").replace("uca1400_", "");
    LANGUAGES.iter().find(|(mysql, mariadb)| *mysql == word || *mariadb == word)
}

/// Whether a text may take more bytes when it moves to the other character set.
pub(crate) fn grows(from: &str, to: &str) -> bool {
    let from = canonical(from);
    to.starts_with("utf8") && !matches!(from.as_str(), "ascii" | "utf8mb3" | "utf8mb4" | "binary")
}
