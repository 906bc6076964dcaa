//! Rules, line by line.

use super::*;
use proptest::prelude::*;

fn rule(text: &str) -> Rule {
    Rule::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

fn fault(text: &str) -> RuleFault {
    Rule::parse(text).unwrap_err()
}

fn renaming(text: &str) -> (String, Option<String>) {
    let renaming = rule(text).renaming.expect("it renames");
    (renaming.database, renaming.name)
}

#[test]
fn a_plain_rule_may_have_wildcards_in_both_parts() {
    let plain = rule("shop_?.order*");
    assert!(plain.database.matches("shop_1") && plain.name.matches("orders"));
    assert_eq!(plain.renaming, None);
    assert!(rule("*.*").database.is_everything());
    assert!(rule("db.t[0-9]").name.matches("t7"));
}

#[test]
fn a_rule_renames_a_table_merges_tables_or_renames_a_schema() {
    assert_eq!(renaming("db.a=dst.b"), ("dst".into(), Some("b".into())));
    assert_eq!(renaming("db1.order*=dst.orders"), ("dst".into(), Some("orders".into())));
    assert_eq!(renaming("db.*=target_test.*"), ("target_test".into(), None));
    assert_eq!(renaming("db.*=dst.all"), ("dst".into(), Some("all".into())));
}

#[test]
fn the_published_example_is_understood() {
    assert_eq!(renaming("src_schema.test_*=dst_schema.test").1.as_deref(), Some("test"));
}

#[test]
fn a_renaming_rule_has_wildcards_in_its_source_table_alone() {
    assert_eq!(
        fault("db*.t=dst.t"),
        RuleFault::Wildcard { part: Part::SourceSchema, at: 3, found: '*' }
    );
    assert_eq!(
        fault("db.t=ds?.t"),
        RuleFault::Wildcard { part: Part::TargetSchema, at: 8, found: '?' }
    );
    assert_eq!(
        fault("db.t*=dst.t[1]"),
        RuleFault::Wildcard { part: Part::TargetTable, at: 12, found: '[' }
    );
    assert_eq!(
        fault("db.*=dst.t*"),
        RuleFault::Wildcard { part: Part::TargetTable, at: 11, found: '*' }
    );
}

#[test]
fn a_star_as_target_table_is_for_whole_schemas() {
    assert_eq!(fault("db.order*=dst.*"), RuleFault::StarForSome);
    assert_eq!(fault("db.t=dst.*"), RuleFault::StarForSome);
}

#[test]
fn blanks_are_refused_before_after_and_inside() {
    for (text, at) in [(" db.t", 1), ("db.t ", 5), ("db. t", 4), ("db.t\t", 5), ("   ", 1)] {
        assert_eq!(fault(text), RuleFault::Character(NameFault::Blank { at }), "{text:?}");
    }
    assert_eq!(fault("db.t\u{3000}"), RuleFault::Character(NameFault::Blank { at: 5 }));
}

#[test]
fn every_unsupported_character_is_refused_where_it_is() {
    for found in "|\"'`();/&\\".chars() {
        let text = format!("db.t{found}");
        assert_eq!(fault(&text), RuleFault::Character(NameFault::Forbidden { at: 5, found }));
    }
    assert_eq!(fault("db.订"), RuleFault::Character(NameFault::NotAscii { at: 4, found: '订' }));
    assert_eq!(fault("db.t\0"), RuleFault::Character(NameFault::Invisible { at: 5, code: 0 }));
}

#[test]
fn dots_and_equals_signs_are_counted() {
    assert_eq!(fault("db"), RuleFault::NoDot);
    assert_eq!(fault("db.t=dst"), RuleFault::NoDot);
    assert_eq!(fault("a.b.c"), RuleFault::SecondDot { at: 4 });
    assert_eq!(fault("a.b=c.d.e"), RuleFault::SecondDot { at: 8 });
    assert_eq!(fault("a.b=c.d=e.f"), RuleFault::SecondEquals { at: 8 });
    assert_eq!(fault(".t"), RuleFault::Missing(Part::SourceSchema));
    assert_eq!(fault("db."), RuleFault::Missing(Part::SourceTable));
    assert_eq!(fault("db.t=.t"), RuleFault::Missing(Part::TargetSchema));
    assert_eq!(fault("db.t=dst."), RuleFault::Missing(Part::TargetTable));
    assert_eq!(fault("db.t="), RuleFault::NoDot);
}

#[test]
fn a_broken_pattern_is_placed_in_the_whole_rule() {
    let Err(RuleFault::Pattern { part, fault }) = Rule::parse("db.t[z-a]") else { panic!() };
    assert_eq!(part, Part::SourceTable);
    assert_eq!(fault, PatternFault::Backwards { at: 6, from: 'z', to: 'a' });
}

#[test]
fn a_target_that_cannot_be_created_is_refused() {
    let Err(RuleFault::Target { part, fault }) = Rule::parse("db.t=dst.a$$b") else { panic!() };
    assert_eq!((part, fault), (Part::TargetTable, NameFault::DoubleDollar { at: 2 }));
    assert!(Rule::parse("db.a$$b").is_ok(), "it must be possible to exclude such a table");
}

#[test]
fn an_exclusion_renames_nothing() {
    assert_eq!(Rule::parse_exclusion("db.a=dst.b"), Err(RuleFault::RenamingExclusion));
    assert!(Rule::parse_exclusion("db.*_ghc").is_ok());
}

#[test]
fn all_bad_lines_are_reported_at_once() {
    let text = "db.*\n\nbad\r\ndb.ok\ndb.t[\n db.x\n";
    let Complaints(complaints) = parse_rules(text).unwrap_err();
    let said: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "line 3: \"bad\": there is no dot between schema and table \
             (write schema.table, for example shop.order*)",
            "line 5: \"db.t[\": in the source table the [ at character 5 is never closed \
             (close the set with ])",
            "line 6: \" db.x\": character 1 is a blank \
             (remove the blanks before, after and inside the rule)",
        ]
    );
}

#[test]
fn line_ends_of_all_systems_and_a_byte_order_mark_are_understood() {
    let rules = parse_rules("\u{feff}a.*\r\nb.*\n\nc.*").unwrap();
    let texts: Vec<&str> = rules.iter().map(Rule::as_str).collect();
    assert_eq!(texts, ["a.*", "b.*", "c.*"]);
    assert_eq!(parse_rules("").unwrap(), []);
}

#[test]
fn more_rules_than_a_log_reader_takes_are_refused() {
    let text = "database.table_with_a_name\n".repeat(2_600);
    let Complaints(complaints) = parse_rules(&text).unwrap_err();
    assert_eq!(complaints.len(), 1);
    assert!(complaints[0].reason.ends_with("may take 65536"), "{}", complaints[0].reason);
}

proptest! {
    #[test]
    fn any_text_is_understood_or_refused_with_advice(text in any::<String>()) {
        if let Err(Complaints(complaints)) = parse_rules(&text) {
            prop_assert!(!complaints.is_empty());
            prop_assert!(complaints.iter().all(|c| !c.advice.is_empty() && !c.place.is_empty()));
        }
        let _ = parse_exclusions(&text);
    }

    #[test]
    fn texts_of_the_rules_own_characters_never_panic(text in "[a-c.=*?!\\[\\]\\n$-]{0,40}") {
        if let Ok(rules) = parse_rules(&text) {
            let again: Vec<String> = rules.iter().map(ToString::to_string).collect();
            prop_assert_eq!(parse_rules(&again.join("\n")).unwrap(), rules);
        }
    }
}
