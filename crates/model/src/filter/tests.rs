//! Row filters: what is understood, what is refused, and how it binds.

use super::*;
use proptest::{prelude::*, sample::select};
use strum::IntoEnumIterator;

/// The condition with all its brackets.
fn read(text: &str) -> String {
    match Filter::parse(text) {
        Ok(filter) => filter.to_string(),
        Err(faults) => panic!("{text}: {faults:?}"),
    }
}

fn fault(text: &str) -> FilterFault {
    let faults = Filter::parse(text).expect_err(text);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(!faults[0].advice().is_empty());
    faults[0].clone()
}

fn said(text: &str) -> String {
    let fault = fault(text);
    format!("{fault} ({})", fault.advice())
}

#[test]
fn and_binds_tighter_than_xor_and_xor_tighter_than_or() {
    assert_eq!(
        read("a = 1 OR b = 2 AND c = 3 XOR d = 4"),
        "((`a` = 1) OR (((`b` = 2) AND (`c` = 3)) XOR (`d` = 4)))"
    );
    assert_eq!(read("a=1 and b=2 and c=3"), "((`a` = 1) AND (`b` = 2) AND (`c` = 3))");
    assert_eq!(read("(a=1 or b=2) and c=3"), "(((`a` = 1) OR (`b` = 2)) AND (`c` = 3))");
}

#[test]
fn arithmetic_binds_as_in_mysql() {
    assert_eq!(
        read("a | b & c << 1 + 2 * 3 ^ 4 = 0"),
        "((`a` | (`b` & (`c` << (1 + (2 * (3 ^ 4)))))) = 0)"
    );
    assert_eq!(read("a - b - c > 0"), "(((`a` - `b`) - `c`) > 0)");
    assert_eq!(read("-a ^ 2 = ~b % 3"), "(((-`a`) ^ 2) = ((~`b`) % 3))");
    assert_eq!(read("!a = b"), "((!`a`) = `b`)");
    assert_eq!(read("a - -1 > 0"), "((`a` - (-1)) > 0)");
    assert_eq!(read("a>>1<<2=0"), "(((`a` >> 1) << 2) = 0)");
}

#[test]
fn what_is_says_comes_after_the_comparison() {
    assert_eq!(read("a > b IS TRUE"), "((`a` > `b`) IS TRUE)");
    assert_eq!(
        read("a + 1 is not null and b IS NOT TRUE"),
        "(((`a` + 1) IS NOT NULL) AND (`b` IS NOT TRUE))"
    );
    assert_eq!(read("a IS NULL"), "(`a` IS NULL)");
    assert_eq!(read("a IS NULL = 1"), "((`a` IS NULL) = 1)");
}

#[test]
fn ranges_and_lists_are_read() {
    assert_eq!(
        read("id BETWEEN 1 + 1 AND 10 AND x = 2"),
        "((`id` BETWEEN (1 + 1) AND 10) AND (`x` = 2))"
    );
    assert_eq!(read("!(id in (1, 2, a + 3))"), "(!(`id` IN (1, 2, (`a` + 3))))");
    assert_eq!(read("a = b IN (1)"), "(`a` = (`b` IN (1)))");
}

#[test]
fn the_four_functions_are_read() {
    assert_eq!(read("concat(a, '-', b) = 'x-y'"), "(CONCAT(`a`, '-', `b`) = 'x-y')");
    assert_eq!(
        read("SUBSTRING(a, 2) = SUBSTR(b, -1, 3)"),
        "(SUBSTR(`a`, 2) = SUBSTR(`b`, (-1), 3))"
    );
    assert_eq!(read("REPLACE(a, 'x', NULL) <> ''"), "(REPLACE(`a`, 'x', NULL) <> '')");
    assert_eq!(
        read("CAST(a AS dec(10,2)) != cast(b as signed integer)"),
        "(CAST(`a` AS DECIMAL(10, 2)) <> CAST(`b` AS SIGNED))"
    );
    for (written, kept) in [
        ("CHARACTER(3)", "CHAR(3)"),
        ("CHAR", "CHAR"),
        ("NUMERIC(5)", "DECIMAL(5, 0)"),
        ("DECIMAL", "DECIMAL"),
        ("DOUBLE", "DOUBLE"),
        ("UNSIGNED", "UNSIGNED"),
        ("DATE", "DATE"),
        ("TIME(3)", "TIME(3)"),
        ("DATETIME", "DATETIME"),
        ("DATETIME(6)", "DATETIME(6)"),
    ] {
        assert_eq!(read(&format!("cast(a as {written})=1")), format!("(CAST(`a` AS {kept}) = 1)"));
    }
}

#[test]
fn text_names_and_numbers_are_read_exactly() {
    assert_eq!(read(r"`or``der` = 'it''s \'x\' \\ \n'"), "(`or``der` = 'it''s ''x'' \\\\ \n')");
    assert_eq!(
        read("a = .50 AND b = 12345678901234567890123"),
        "((`a` = 0.50) AND (`b` = 12345678901234567890123))"
    );
    assert_eq!(read("flag = TRUE"), "(`flag` = TRUE)");
    assert_eq!(read("键 = '值'"), "(`键` = '值')");
}

#[test]
fn what_the_stream_of_changes_cannot_decide_is_refused() {
    for (text, at, word) in [
        ("name LIKE 'a%'", 6, "LIKE"),
        ("a REGEXP 'x'", 3, "REGEXP"),
        ("NOT a = 1", 1, "NOT"),
        ("a not in (1)", 3, "NOT"),
        ("a DIV 2 = 1", 3, "DIV"),
        ("a IS FALSE", 6, "FALSE"),
        ("CASE WHEN a THEN b END", 1, "CASE"),
        ("a = b COLLATE x", 7, "COLLATE"),
        ("a > CURRENT_DATE", 5, "CURRENT_DATE"),
        ("WHERE id < 5", 1, "WHERE"),
        ("a <=> b", 3, "<=>"),
        ("a && b", 3, "&&"),
        ("a || b", 3, "||"),
        ("a == 1", 3, "=="),
        ("a = ?", 5, "?"),
        ("a -> '$.x'", 3, "->"),
    ] {
        let found = fault(text);
        let FilterFault::Unsupported { at: there, text: refused, instead } = found else {
            panic!("{text}: {found:?}")
        };
        assert_eq!((there, refused.as_str()), (at, word), "{text}");
        assert!(!instead.is_empty());
    }
}

#[test]
fn date_functions_are_refused_with_advice_of_their_own() {
    assert_eq!(
        said("created > DATE_SUB(NOW(), 1)"),
        "character 11: DATE_SUB is not among the functions CONCAT, SUBSTR, REPLACE and CAST \
         (compare the column with a fixed time, such as '2026-01-31 00:00:00')"
    );
    assert!(matches!(fault("lower(a) = 'x'"), FilterFault::Function { at: 1, .. }));
    assert!(matches!(fault("d > DATE '2026-01-01'"), FilterFault::Unsupported { at: 5, .. }));
}

#[test]
fn subqueries_are_refused() {
    for (text, at) in
        [("id IN (SELECT id FROM t)", 8), ("EXISTS (SELECT 1)", 1), ("a = (select 1)", 6)]
    {
        assert_eq!(fault(text), FilterFault::Subquery { at });
    }
}

#[test]
fn statements_and_comments_cannot_be_slipped_in() {
    assert_eq!(fault("id = 1; DROP TABLE t"), FilterFault::SecondStatement { at: 7 });
    for text in ["a = 1 -- x", "a = 1 --x", "a = 1 # x", "a = 1 /* x */", "a = 1 /*! OR 1 */"] {
        assert_eq!(fault(text), FilterFault::Comment { at: 7 }, "{text}");
    }
    assert!(matches!(fault("a = 1 UNION ALL"), FilterFault::Unexpected { at: 7, .. }));
    assert!(matches!(fault("a = 1 ORDER BY b"), FilterFault::Unexpected { at: 7, .. }));
    assert_eq!(fault("a = \"x\""), FilterFault::DoubleQuotes { at: 5 });
    assert_eq!(read("a = '; DROP TABLE t -- '"), "(`a` = '; DROP TABLE t -- ')");
}

#[test]
fn slips_are_placed() {
    assert_eq!(fault(""), FilterFault::Empty);
    assert_eq!(fault(" \n\t "), FilterFault::Empty);
    assert_eq!(fault("a = 'x"), FilterFault::OpenText { at: 5 });
    assert_eq!(fault("a = 'x\\'"), FilterFault::OpenText { at: 5 });
    assert_eq!(fault("`a = 1"), FilterFault::OpenName { at: 1 });
    assert_eq!(fault("`` = 1"), FilterFault::OpenName { at: 1 });
    assert_eq!(fault("1 < a < 5"), FilterFault::Chained { at: 7 });
    assert_eq!(fault("t.a = 1"), FilterFault::Qualified { at: 1, name: "t".into() });
    assert_eq!(fault("order = 1"), FilterFault::Reserved { at: 1, word: "ORDER".into() });
    assert_eq!(fault("a = 1e5"), FilterFault::Number { at: 5, text: "1e5".into() });
    assert_eq!(fault("a = 0xff"), FilterFault::Number { at: 5, text: "0xff".into() });
    assert_eq!(fault("a = {").to_string(), "character 5: '{' has no meaning here");
    assert_eq!(
        said("a ="),
        "character 4: the end stands where a column or a value should \
         (write a condition such as id > 100 AND state = 'paid')"
    );
    assert_eq!(fault("(a = 1").to_string(), "character 7: the end stands where ) should");
    assert_eq!(
        fault("a IN ()").to_string(),
        "character 7: ) stands where a column or a value should"
    );
    assert_eq!(
        fault("SUBSTR(a) = 1").to_string(),
        "character 1: SUBSTR takes two or three arguments and has 1"
    );
    assert!(matches!(fault("CONCAT() = 1"), FilterFault::Arguments { given: 0, .. }));
    assert!(matches!(fault("CAST(a AS FLOAT) = 1"), FilterFault::Unexpected { at: 11, .. }));
    assert!(matches!(fault("CAST(a AS DECIMAL(99)) = 1"), FilterFault::Unexpected { at: 19, .. }));
}

#[test]
fn every_character_without_a_meaning_is_reported() {
    let faults = Filter::parse("a = { AND b = \"x\" ; \\").unwrap_err();
    let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 4, "{said:?}");
    assert!(said[3].starts_with("character 21:"));
}

#[test]
fn neither_depth_nor_length_exhausts_the_stack() {
    let deep =
        |open: &str, close: &str, n: usize| format!("{}a{} = 1", open.repeat(n), close.repeat(n));
    assert!(Filter::parse(&deep("(", ")", 60)).is_ok());
    for text in [
        deep("(", ")", 10_000),
        deep("!", "", 60_000),
        deep("- ", "", 30_000),
        deep("CONCAT(", ")", 5_000),
        "a+".repeat(30_000) + "a = 1",
        "a BETWEEN 1 AND ".repeat(4_000) + "1",
        "(".repeat(60_000),
    ] {
        assert!(matches!(fault(&text), FilterFault::TooDeep { .. }), "{}", &text[..20]);
    }
    let list: Vec<String> = (0..5_000).map(|n| format!("id = {n}")).collect();
    assert!(Filter::parse(&list.join(" OR ")).is_ok(), "a long list is not deep");
    assert!(matches!(fault(&"a".repeat(65_537)), FilterFault::TooLong { .. }));
}

#[test]
fn unknown_columns_are_reported_all_at_once() {
    let faults = Filter::parse_for("id > 1 AND nme = 'x' AND agee > nme", &["id", "name", "age"]);
    assert_eq!(
        faults.unwrap_err(),
        [
            FilterFault::UnknownColumn { at: 12, name: "nme".into() },
            FilterFault::UnknownColumn { at: 26, name: "agee".into() },
        ]
    );
}

#[test]
fn a_column_is_found_in_other_case_unless_that_is_doubtful() {
    let filter = Filter::parse_for("ID > 1 AND id < 9 AND Name = 'x'", &["Id", "name"]).unwrap();
    assert_eq!(filter.to_string(), "((`Id` > 1) AND (`Id` < 9) AND (`name` = 'x'))");
    assert_eq!(filter.columns().collect::<Vec<_>>(), ["Id", "name"]);
    let exact = Filter::parse_for("a = A", &["a", "A"]).unwrap();
    assert_eq!(exact.to_string(), "(`a` = `A`)");
    assert_eq!(
        Filter::parse_for("ab = 1", &["aB", "Ab"]).unwrap_err(),
        [FilterFault::DoubtfulColumn { at: 1, name: "ab".into() }]
    );
}

#[test]
fn complaints_carry_place_reason_and_advice() {
    let text = "name LIKE 'a%'";
    let Complaints(list) = complaints("shop.orders", text, &[fault(text)]);
    assert_eq!(
        list[0].to_string(),
        "shop.orders: \"name LIKE 'a%'\": character 6: LIKE is not supported \
         (compare the beginning, as in SUBSTR(name, 1, 3) = 'abc')"
    );
}

fn boxed(inner: impl Strategy<Value = Expr>) -> impl Strategy<Value = Box<Expr>> {
    inner.prop_map(Box::new)
}

fn operator<T: IntoEnumIterator + Clone + fmt::Debug + 'static>() -> impl Strategy<Value = T> {
    select(T::iter().collect::<Vec<_>>())
}

fn cast_type() -> impl Strategy<Value = CastType> {
    prop_oneof![
        proptest::option::of(any::<u32>()).prop_map(|length| CastType::Char { length }),
        proptest::option::of((1..=65u32, 0..=1u32)).prop_map(|size| CastType::Decimal { size }),
        proptest::option::of(0..=6u32).prop_map(|fraction| CastType::Time { fraction }),
        proptest::option::of(0..=6u32).prop_map(|fraction| CastType::DateTime { fraction }),
        select(vec![CastType::Double, CastType::Signed, CastType::Unsigned, CastType::Date]),
    ]
}

fn expr() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        Just(Expr::Null),
        any::<bool>().prop_map(Expr::Bool),
        any::<u64>().prop_map(Expr::Integer),
        "[0-9]{1,25}\\.[0-9]{1,10}".prop_map(Expr::Decimal),
        "\\PC{0,8}".prop_map(Expr::Text),
        "[\\\\'\"`%_;\n]{0,4}".prop_map(Expr::Text),
        "[a-z`]{1,6}".prop_map(Expr::Column),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let several = || proptest::collection::vec(inner.clone(), 2..4);
        let one = || boxed(inner.clone());
        let call = |function: Function, n: std::ops::Range<usize>| {
            proptest::collection::vec(inner.clone(), n)
                .prop_map(move |args| Expr::Call { function, args })
        };
        prop_oneof![
            (operator(), one()).prop_map(|(op, operand)| Expr::Unary { op, operand }),
            (operator(), one(), one()).prop_map(|(op, left, right)| Expr::Binary {
                op,
                left,
                right
            }),
            (operator(), one(), one()).prop_map(|(op, left, right)| Expr::Compare {
                op,
                left,
                right
            }),
            several().prop_map(Expr::And),
            several().prop_map(Expr::Xor),
            several().prop_map(Expr::Or),
            (one(), any::<bool>()).prop_map(|(operand, negated)| Expr::IsNull { operand, negated }),
            (one(), any::<bool>()).prop_map(|(operand, negated)| Expr::IsTrue { operand, negated }),
            (one(), one(), one()).prop_map(|(value, low, high)| Expr::Between { value, low, high }),
            (one(), several()).prop_map(|(value, list)| Expr::In { value, list }),
            call(Function::Concat, 1..4),
            call(Function::Substr, 2..4),
            call(Function::Replace, 3..4),
            (one(), cast_type()).prop_map(|(value, to)| Expr::Cast { value, to }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_is_written_reads_the_same(expr in expr()) {
        let text = expr.to_string();
        let filter = Filter::parse(&text);
        prop_assert_eq!(filter.map(|f| f.expr), Ok(expr), "{}", text);
    }

    #[test]
    fn any_text_is_understood_or_refused(text in any::<String>()) {
        if let Err(faults) = Filter::parse(&text) {
            prop_assert!(!faults.is_empty());
        }
    }

    #[test]
    fn texts_of_the_filters_own_words_never_panic(
        words in proptest::collection::vec(select(vec![
            "a", "`b`", "1", "1.5", "'x'", "(", ")", ",", "=", "<", "+", "-", "!", "~", "^", ".",
            "AND", "OR", "XOR", "IS", "NOT", "NULL", "TRUE", "BETWEEN", "IN", "CONCAT", "SUBSTR",
            "CAST", "AS", "DECIMAL", "SELECT", "LIKE", "'", "`", "--", "\\",
        ]), 0..16)
    ) {
        let text = words.join(" ");
        if let Ok(filter) = Filter::parse(&text) {
            let again = Filter::parse(&filter.to_string()).map(|f| f.expr);
            prop_assert_eq!(again, Ok(filter.expr));
        }
    }
}
