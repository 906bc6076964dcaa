//! What the command line asks for, understood as far as it can be without the databases.

use super::side::{Papers, Side};
use crate::{
    cmd::{migrate::WhatArgs, project::file::by_rules},
    fault::{Code, Exit, Fault},
};
use oms_contracts::{Detail, ErrorCode};
use oms_model::{
    Complaints, ObjectName,
    selection::{Selection, TargetNaming, TransferMapping},
};

/// From where, to where, what.
#[derive(Debug)]
pub struct Wish {
    pub source: Side,
    pub target: Side,
    /// What to move.
    pub selection: Selection,
    pub rules: TransferMapping,
    /// The same with other names at the target, where some are asked for.
    pub renaming: Option<Selection>,
    pub naming: Option<TransferMapping>,
    pub filters: Vec<(ObjectName, String)>,
    pub columns: Vec<(ObjectName, Vec<String>)>,
}

impl Wish {
    pub fn of(args: &WhatArgs) -> Result<Self, Fault> {
        let own = &args.certificates;
        let papers = Papers {
            ca: args.source_ca.as_ref(),
            client: own.source_cert.as_ref().zip(own.source_key.as_ref()),
        };
        let source = Side::read("source", &args.source, papers)?;
        let papers = Papers {
            ca: args.target_ca.as_ref(),
            client: own.target_cert.as_ref().zip(own.target_key.as_ref()),
        };
        let target = Side::read("target", &args.target, papers)?;
        let rules = by_rules(args.objects.clone(), args.exclude.clone());
        let selection = compiled(&rules, args.objects.len())?;
        let naming = match args.map.is_empty() {
            true => None,
            false => {
                if let Some(plain) = args.map.iter().find(|rule| !rule.contains('=')) {
                    let message = format!("--map {plain:?} names nothing anew");
                    return Err(usage(message, "write it as db.t=other.u"));
                }
                let all = args.objects.iter().chain(&args.map).cloned().collect();
                Some(by_rules(all, args.exclude.clone()))
            }
        };
        let renaming = naming.as_ref().map(|rules| compiled(rules, args.objects.len()));
        let renaming = renaming.transpose()?;
        let filters = parted("where", &args.filters, |text| Ok(text.to_owned()))?;
        let columns = parted("columns", &args.columns, |text| {
            let names = text.split(',').map(|name| name.trim().to_owned());
            let names: Vec<String> = names.collect();
            match names.iter().any(String::is_empty) {
                true => Err("a name is empty"),
                false => Ok(names),
            }
        })?;
        Ok(Self { source, target, selection, rules, renaming, naming, filters, columns })
    }
}

pub fn usage(message: impl Into<String>, advice: &str) -> Fault {
    Fault::new(Code::Usage, message).advise(advice.into())
}

fn compiled(rules: &TransferMapping, objects: usize) -> Result<Selection, Fault> {
    Selection::compile(rules, TargetNaming::Objects).map_err(|Complaints(found)| {
        let details = found.iter().map(|complaint| {
            let said = project_service::domain::selection::said(complaint);
            Detail::new(flag(&complaint.place, objects), said)
        });
        refused("the rules cannot be understood").listing(details)
    })
}

/// Refuses what was asked for, because of what it selects.
pub fn refused(message: impl Into<String>) -> Fault {
    let advice = "correct the rules listed above; oms migrate --help has examples";
    Fault::of(ErrorCode::SelectionInvalid, message).advise(advice.into()).exiting(Exit::Usage)
}

/// The flag that a place in the selection came from. Maps follow the objects.
pub fn flag(place: &str, objects: usize) -> String {
    let number = |list: &str| -> Option<usize> {
        place.strip_prefix(list)?.strip_prefix('[')?.split(']').next()?.parse().ok()
    };
    match (number("tableAndViewWhiteList"), number("tableAndViewBlackList")) {
        (Some(at), _) if at < objects => format!("--objects[{}]", at + 1),
        (Some(at), _) => format!("--map[{}]", at - objects + 1),
        (None, Some(at)) => format!("--exclude[{}]", at + 1),
        (None, None) => place.to_owned(),
    }
}

/// Reads `db.t: REST`, once for each table.
fn parted<T>(
    flag: &str,
    given: &[String],
    read: impl Fn(&str) -> Result<T, &'static str>,
) -> Result<Vec<(ObjectName, T)>, Fault> {
    let mut parted: Vec<(ObjectName, T)> = Vec::new();
    for text in given {
        let wrong = |why: &str| {
            let message = format!("--{flag} {text:?} cannot be understood: {why}");
            usage(message, &format!("write --{flag} 'db.table: …', with the table's full name"))
        };
        let (name, rest) = text.split_once(':').ok_or_else(|| wrong("there is no colon"))?;
        let (database, table) = name.trim().split_once('.').ok_or_else(|| wrong("no dot"))?;
        if database.is_empty() || table.is_empty() || rest.trim().is_empty() {
            return Err(wrong("a part is empty"));
        }
        let name = ObjectName::new(database, table);
        if parted.iter().any(|(known, _)| *known == name) {
            return Err(wrong("the table has one already"));
        }
        parted.push((name, read(rest.trim()).map_err(wrong)?));
    }
    Ok(parted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmd::migrate::CertificateArgs;

    fn args(change: impl Fn(&mut WhatArgs)) -> WhatArgs {
        let mut args = WhatArgs {
            source_ca: None,
            target_ca: None,
            certificates: CertificateArgs::default(),
            source: "mysql://u@h".into(),
            target: "mariadb://u@h".into(),
            objects: vec!["a.*".into()],
            exclude: Vec::new(),
            map: Vec::new(),
            filters: Vec::new(),
            columns: Vec::new(),
        };
        change(&mut args);
        args
    }

    fn told(change: impl Fn(&mut WhatArgs)) -> String {
        Wish::of(&args(change)).unwrap_err().lines().join("\n")
    }

    #[test]
    fn conditions_and_columns_belong_to_a_table() {
        let wish = Wish::of(&args(|args| {
            args.filters = vec!["a.t: id > ':' AND x.y = 1".into()];
            args.columns = vec!["a.t:id, name".into()];
        }));
        let wish = wish.unwrap();
        let table = ObjectName::new("a", "t");
        assert_eq!(wish.filters, [(table.clone(), "id > ':' AND x.y = 1".to_owned())]);
        assert_eq!(wish.columns, [(table, vec!["id".to_owned(), "name".to_owned()])]);
    }

    #[test]
    fn what_cannot_be_understood_names_its_flag() {
        for wrong in ["a.t id > 1", "t: id > 1", ".t: id > 1", "a.t: "] {
            assert!(told(|args| args.filters = vec![wrong.into()]).contains("--where"), "{wrong}");
        }
        let twice = told(|args| args.filters = vec!["a.t: x".into(), "a.t: y".into()]);
        assert!(twice.contains("has one already"), "{twice}");
        assert!(told(|args| args.columns = vec!["a.t: a,,b".into()]).contains("--columns"));
        let rule = told(|args| args.objects = vec!["a.*".into(), "nodot".into()]);
        assert!(rule.starts_with("error[PROJECT-0006]"), "{rule}");
        assert!(rule.contains("--objects[2]: "), "{rule}");
        assert!(told(|args| args.exclude = vec!["a b.c".into()]).contains("--exclude[1]"));
        assert!(told(|args| args.map = vec!["a.b=c".into()]).contains("--map[1]"));
        assert!(told(|args| args.map = vec!["a.b".into()]).contains("names nothing anew"));
    }
}
