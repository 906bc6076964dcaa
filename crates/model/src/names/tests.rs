//! Names: what people may call things.

use super::*;
use proptest::prelude::*;

fn fault(result: Result<(), InvalidName>) -> NameFault {
    result.unwrap_err().fault
}

#[test]
fn a_project_name_has_64_characters_of_any_script() {
    assert_eq!(check_project_name(&"a".repeat(64)), Ok(()));
    assert_eq!(check_project_name(&"迁".repeat(64)), Ok(()));
    assert_eq!(check_project_name(&"🚚".repeat(64)), Ok(()));
    assert_eq!(
        fault(check_project_name(&"🚚".repeat(65))),
        NameFault::TooLong { length: 65, max: 64 }
    );
}

#[test]
fn a_name_is_one_visible_word() {
    assert_eq!(fault(check_project_name("")), NameFault::Empty);
    assert_eq!(fault(check_project_name("a b")), NameFault::Blank { at: 2 });
    assert_eq!(fault(check_project_name("a\tb")), NameFault::Blank { at: 2 });
    assert_eq!(fault(check_project_name("a\u{3000}b")), NameFault::Blank { at: 2 });
    assert_eq!(fault(check_project_name("a\0")), NameFault::Invisible { at: 2, code: 0 });
    assert_eq!(
        fault(check_label_name("ab\u{202e}c")),
        NameFault::Invisible { at: 3, code: 0x202e }
    );
}

#[test]
fn an_emoji_made_of_several_is_a_name() {
    assert_eq!(check_label_name("👩\u{200d}💻"), Ok(()));
}

#[test]
fn every_sort_of_name_has_its_own_limit() {
    let longest = |check: fn(&str) -> Result<(), InvalidName>| {
        (0..400).rev().find(|n| check(&"a".repeat(*n)).is_ok()).unwrap()
    };
    assert_eq!(longest(check_endpoint_name), 32);
    assert_eq!(longest(check_label_name), 20);
    assert_eq!(longest(check_department_name), 40);
    assert_eq!(longest(check_account), 14);
    assert_eq!(longest(check_endpoint_description), 128);
    assert_eq!(longest(check_user_description), 256);
}

#[test]
fn an_account_is_made_of_letters_and_underscores() {
    assert_eq!(check_account("Ann_Lee"), Ok(()));
    assert_eq!(fault(check_account("ann1")), NameFault::Forbidden { at: 4, found: '1' });
    assert_eq!(fault(check_account("änn")), NameFault::Forbidden { at: 1, found: 'ä' });
}

#[test]
fn a_description_may_be_empty_and_have_lines() {
    assert_eq!(check_endpoint_description(""), Ok(()));
    assert_eq!(check_user_description("first line\n\tsecond 行"), Ok(()));
    assert_eq!(
        fault(check_user_description("a\u{1b}[31m")),
        NameFault::Invisible { at: 2, code: 0x1b }
    );
}

#[test]
fn a_refusal_says_what_where_and_why() {
    let refusal = check_endpoint_name("my db").unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "data source name \"my db\" cannot be used: character 3 is a blank"
    );
    let long = check_project_name(&"x".repeat(1_000_000)).unwrap_err();
    assert!(long.to_string().len() < 300, "a long name is cut in the message");
}

#[test]
fn each_forbidden_character_of_object_names_is_found_where_it_is() {
    for found in "|\"'`()=;/&.\\".chars() {
        assert_eq!(
            check_object_name(&format!("ab{found}")),
            Err(NameFault::Forbidden { at: 3, found })
        );
    }
    assert_eq!(check_object_name("a b"), Err(NameFault::Blank { at: 2 }));
    assert_eq!(check_object_name("a\nb"), Err(NameFault::Invisible { at: 2, code: 10 }));
    assert_eq!(check_object_name("订单"), Err(NameFault::NotAscii { at: 1, found: '订' }));
    assert_eq!(check_object_name(""), Err(NameFault::Empty));
}

#[test]
fn two_dollar_signs_in_a_row_are_refused_one_is_not() {
    assert_eq!(check_object_name("sys$t$"), Ok(()));
    assert_eq!(check_object_name("a$$b"), Err(NameFault::DoubleDollar { at: 2 }));
}

#[test]
fn rules_take_four_more_characters_away() {
    for found in "*?[]".chars() {
        let name = format!("a{found}");
        assert_eq!(check_object_name(&name), Ok(()));
        assert_eq!(check_object_name_for_rules(&name), Err(NameFault::Forbidden { at: 2, found }));
    }
}

#[test]
fn gh_ost_copies_are_recognised() {
    assert!(is_ghost_table("_orders_ghc"));
    assert!(!is_ghost_table("ghc_orders"));
}

proptest! {
    #[test]
    fn no_text_makes_a_check_panic(text in any::<String>()) {
        let _ = check_project_name(&text);
        let _ = check_account(&text);
        let _ = check_user_description(&text);
        let _ = check_object_name_for_rules(&text);
        let _ = clip(&text);
    }
}
