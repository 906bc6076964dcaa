//! Patterns against a naive reference.

use super::*;
use proptest::prelude::*;

fn matches(pattern: &str, name: &str) -> bool {
    Pattern::parse(pattern).unwrap().matches(name)
}

fn fault(pattern: &str) -> PatternFault {
    Pattern::parse(pattern).unwrap_err()
}

#[test]
fn a_star_matches_any_characters_also_none() {
    assert!(matches("*", "") && matches("*", "orders"));
    assert!(matches("order*", "order") && matches("order*", "orders"));
    assert!(matches("*_log", "a_log") && matches("*_log", "_log") && !matches("*_log", "a_logs"));
    assert!(matches("a*b*c", "abc") && matches("a*b*c", "a1b2b3c") && !matches("a*b*c", "acb"));
    assert!(matches("a**b", "ab"));
}

#[test]
fn a_question_mark_matches_exactly_one_character() {
    assert!(matches("t?", "t1") && !matches("t?", "t") && !matches("t?", "t12"));
    assert!(matches("t?", "t迁"), "a character, not a byte");
}

#[test]
fn a_set_matches_one_character_of_it() {
    assert!(matches("t[abc]", "tb") && !matches("t[abc]", "td") && !matches("t[abc]", "t"));
    assert!(matches("t[a-c]", "tb") && !matches("t[a-c]", "td"));
    assert!(matches("t[0-9a-f]x", "tbx") && matches("t[0-9a-f]x", "t7x"));
    assert!(!matches("t[a-c]", "tab"));
}

#[test]
fn a_negated_set_matches_one_character_outside_it_but_never_none() {
    assert!(matches("t[!abc]", "td") && !matches("t[!abc]", "ta") && !matches("t[!abc]", "t"));
    assert!(matches("t[!a-z]", "t1") && !matches("t[!a-z]", "tq"));
}

#[test]
fn a_dash_at_either_end_of_a_set_is_itself() {
    for set in ["t[-a]", "t[a-]", "t[!b-]", "t[a-c-]"] {
        assert_eq!(matches(set, "t-"), !set.contains('!'), "{set}");
        assert!(matches(set, "ta"), "{set}");
    }
    assert!(matches("t[-]", "t-") && !matches("t[!-]", "t-"));
}

#[test]
fn a_bang_later_in_a_set_is_itself() {
    assert!(matches("t[a!]", "t!") && matches("t[a^]", "t^") && matches("t[!^]", "ta"));
    assert!(matches("t[!!]", "ta") && !matches("t[!!]", "t!"));
}

#[test]
fn matching_is_of_the_whole_name_and_of_its_case() {
    assert!(!matches("order", "orders") && !matches("rder", "order"));
    assert!(!matches("ORDER*", "orders") && !matches("[A-Z]rders", "orders"));
}

#[test]
fn malformed_patterns_are_refused_where_they_go_wrong() {
    assert_eq!(fault(""), PatternFault::Empty);
    assert_eq!(fault("ab[cd"), PatternFault::Unclosed { at: 3 });
    assert_eq!(fault("ab["), PatternFault::Unclosed { at: 3 });
    assert_eq!(fault("ab]"), PatternFault::Unopened { at: 3 });
    assert_eq!(fault("a[]b]"), PatternFault::EmptySet { at: 2 });
    assert_eq!(fault("a[!]"), PatternFault::EmptySet { at: 2 });
    assert_eq!(fault("a[xz-a]"), PatternFault::Backwards { at: 4, from: 'z', to: 'a' });
    assert_eq!(fault("[a-c-e]"), PatternFault::DashAfterRange { at: 5 });
    assert_eq!(fault("t[^a]"), PatternFault::Caret { at: 3 });
    assert_eq!(fault("t[a[b]"), PatternFault::InSet { at: 4, found: '[' });
    assert_eq!(fault("t[!*]"), PatternFault::InSet { at: 4, found: '*' });
}

#[test]
fn an_exact_pattern_gives_wildcards_no_meaning() {
    let odd = Pattern::exact("a*b[c]");
    assert!(odd.matches("a*b[c]") && !odd.matches("axbc"));
    assert_eq!(odd.as_exact(), Some("a*b[c]"));
    assert_eq!(Pattern::parse("ab").unwrap().as_exact(), Some("ab"));
    assert_eq!(Pattern::parse("a?").unwrap().as_exact(), None);
}

/// With backtracking into every star this takes longer than the age of the universe.
#[test]
fn many_stars_cost_no_more_than_the_product_of_the_lengths() {
    let pattern = Pattern::parse(&format!("{}b", "*a".repeat(500))).unwrap();
    assert!(!pattern.matches(&"a".repeat(5_000)));
    assert!(pattern.matches(&format!("{}b", "a".repeat(5_000))));
}

/// The definition, without any cleverness: a star takes nothing, or one character and again.
fn naive(tokens: &[Token], name: &[char]) -> bool {
    match (tokens, name) {
        ([], []) => true,
        ([Token::Any, rest @ ..], _) => {
            naive(rest, name) || (!name.is_empty() && naive(tokens, &name[1..]))
        }
        ([token, rest @ ..], [c, left @ ..]) => token.accepts(*c) && naive(rest, left),
        (_, _) => false,
    }
}

fn pattern_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => "[ab-]",
        2 => Just("*".to_owned()),
        1 => Just("?".to_owned()),
        2 => "\\[!?[ab]{1,2}\\]",
        1 => "\\[!?[a-b]-[b-c]\\]",
    ];
    proptest::collection::vec(part, 1..8).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn matching_agrees_with_the_definition(pattern in pattern_text(), name in "[abc-]{0,8}") {
        let pattern = Pattern::parse(&pattern).unwrap();
        let chars: Vec<char> = name.chars().collect();
        prop_assert_eq!(pattern.matches(&name), naive(&pattern.tokens, &chars));
    }

    #[test]
    fn any_text_is_understood_or_refused(text in any::<String>(), name in any::<String>()) {
        match Pattern::parse(&text) {
            Ok(pattern) => {
                pattern.matches(&name);
                prop_assert_eq!(pattern.to_string(), text);
            }
            Err(fault) => prop_assert!(!fault.advice().is_empty()),
        }
    }

    #[test]
    fn texts_of_the_wildcards_alone_are_understood_or_refused(
        text in "[\\[\\]!*?a^-]{0,12}", name in "[a!^-]{0,6}"
    ) {
        if let Ok(pattern) = Pattern::parse(&text) {
            let chars: Vec<char> = name.chars().collect();
            prop_assert_eq!(pattern.matches(&name), naive(&pattern.tokens, &chars));
        }
    }

    #[test]
    fn a_name_matches_itself_and_only_itself_exactly(a in "\\PC{0,10}", b in "\\PC{0,10}") {
        prop_assert!(Pattern::exact(&a).matches(&a));
        prop_assert_eq!(Pattern::exact(&a).matches(&b), a == b);
    }
}
