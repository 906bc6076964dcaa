//! Whether a step was run.

use super::stage::{Stage, mysql};
use crate::evolve::{Happened, Layouts, Translator};
use oms_model::ObjectName;

const BEFORE: &str = "CREATE TABLE `t` (`id` int NOT NULL, `a` varchar(10) DEFAULT NULL, PRIMARY KEY \
    (`id`), KEY `k` (`a`)) DEFAULT CHARSET=utf8mb4";

fn happened(text: &str, now: Option<&str>) -> Happened {
    let stage = Stage::new(mysql());
    let step = stage.translate(text).unwrap().steps.remove(0);
    let look =
        |text: Option<&str>| Layouts(vec![(ObjectName::new("d", "t"), text.map(str::to_owned))]);
    stage.translator().happened(&step, &look(Some(BEFORE)), &look(now))
}

#[test]
fn a_step_is_told_by_what_its_table_looks_like() {
    let with_b = BEFORE.replace("PRIMARY KEY", "`b` int DEFAULT NULL, PRIMARY KEY");
    let add = "ALTER TABLE t ADD b INT";
    assert_eq!(happened(add, Some(BEFORE)), Happened::NotYet);
    assert_eq!(happened(add, Some(&with_b)), Happened::Done);
    // Somebody else changed something.
    let keyless = BEFORE.replace(", KEY `k` (`a`)", "");
    assert_eq!(happened(add, Some(&keyless)), Happened::NotYet);
    assert_eq!(happened("ALTER TABLE t ADD b INT, DROP KEY k", Some(&with_b)), Happened::Unknown);
    assert_eq!(happened("DROP INDEX k ON t", Some(&keyless)), Happened::Done);
    // Names that are handed on look the same.
    let swap = "ALTER TABLE t RENAME COLUMN a TO id, RENAME COLUMN id TO a";
    assert_eq!(happened(swap, Some(BEFORE)), Happened::Unknown);
    assert_eq!(happened("TRUNCATE t", Some(BEFORE)), Happened::NotYet);
    assert_eq!(happened("ALTER TABLE t MODIFY a TEXT", Some(BEFORE)), Happened::NotYet);
}

#[test]
fn tables_that_swap_their_names_are_told_apart_by_what_they_are() {
    let stage = Stage::new(mysql());
    let text = "RENAME TABLE t TO x, u TO t, x TO u";
    let step = stage.translate(text).unwrap().steps.remove(0);
    let look = |t: &str, u: &str| {
        let of = |name: &str, text: &str| (ObjectName::new("d", name), Some(text.to_owned()));
        Layouts(vec![of("t", t), of("u2", u)])
    };
    let other = "CREATE TABLE `u2` (`id` bigint NOT NULL)";
    let translator = stage.translator();
    let before = look(BEFORE, other);
    let swapped = look(other, BEFORE);
    assert_eq!(translator.happened(&step, &before, &swapped), Happened::Done);
    assert_eq!(translator.happened(&step, &before, &before), Happened::NotYet);
    let alike = look(BEFORE, BEFORE);
    assert_eq!(translator.happened(&step, &alike, &alike), Happened::Unknown);
}

#[test]
fn what_somebody_wrote_is_told_as_well() {
    let stage = Stage::new(mysql());
    let translator = stage.translator();
    let layout = |text: Option<String>| Layouts(vec![(ObjectName::new("d", "t"), text)]);
    let before = layout(Some(BEFORE.into()));
    let step = translator.own("d", "ALTER TABLE t ADD COLUMN b INT");
    let with_b = layout(Some(BEFORE.replace("PRIMARY KEY", "`b` int, PRIMARY KEY")));
    assert_eq!(translator.happened(&step, &before, &with_b), Happened::Done);
    assert_eq!(translator.happened(&step, &before, &before), Happened::NotYet);
    let step = translator.own("d", "UPDATE t SET a = a + 1");
    assert_eq!(translator.happened(&step, &before, &before), Happened::Unknown);
    let step = translator.own("d", "CREATE TABLE t (id INT)");
    assert_eq!(translator.happened(&step, &layout(None), &before), Happened::Done);
}
