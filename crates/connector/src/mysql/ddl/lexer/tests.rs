//! What tokens a text has.

use super::*;
use crate::product::{Product, Server};
use proptest::prelude::*;

fn mode(sql_mode: &str) -> Mode {
    Mode::of(&Server::of_mysql_protocol("9.7.4", ""), sql_mode)
}

fn tokens(text: &[u8], mode: Mode) -> Vec<Token> {
    let mut lexer = Lexer::new(text, mode);
    let mut found = Vec::new();
    loop {
        match lexer.next().token {
            Token::End => return found,
            token => found.push(token),
        }
    }
}

fn word(text: &str) -> Token {
    Token::Word(text.to_owned())
}

fn string(text: &str) -> Token {
    Token::Text(text.as_bytes().to_vec())
}

#[test]
fn strings_are_read_by_the_sql_mode() {
    let text = br#"'it''s' "q" 'a\n\\\'\%\q'"#;
    let read = tokens(text, mode(""));
    assert_eq!(read, [string("it's"), string("q"), string("a\n\\'\\%q")]);
    let ansi = tokens(br#""a""b" 'c'"#, mode("ANSI_QUOTES"));
    assert_eq!(ansi, [Token::Quoted("a\"b".to_owned()), string("c")]);
    let plain = tokens(br"'a\' 'b'", mode("NO_BACKSLASH_ESCAPES"));
    assert_eq!(plain, [string("a\\"), string("b")]);
}

#[test]
fn names_may_hold_anything_between_marks() {
    let read = tokens("`a``b` `x.y` `back\\` 中文 a$1 1a".as_bytes(), mode(""));
    let quoted = |name: &str| Token::Quoted(name.to_owned());
    let expected =
        [quoted("a`b"), quoted("x.y"), quoted("back\\"), word("中文"), word("a$1"), word("1a")];
    assert_eq!(read, expected);
}

#[test]
fn numbers_and_literals_keep_their_digits() {
    let read = tokens(b"1 1.50 .5 1e10 1E-3 0x4a x'4A' b'01' 0b1 1e 0xg", mode(""));
    let number = |digits: &str| Token::Number(digits.to_owned());
    let hex = Token::Hex("4a".to_owned());
    let bit = |digits: &str| Token::Bit(digits.to_owned());
    let expected = [
        number("1"),
        number("1.50"),
        number(".5"),
        number("1e10"),
        number("1E-3"),
        hex.clone(),
        hex,
        bit("01"),
        bit("1"),
        word("1e"),
        word("0xg"),
    ];
    assert_eq!(read, expected);
}

#[test]
fn comments_are_left_out_and_conditional_ones_read() {
    let text = b"a # b\n-- c\n/* d */ 5--5 /*!80023 e */ /*!99999 f */ /*! g */ /*M! h */";
    let symbol = || Token::Symbol('-');
    let number = || Token::Number("5".to_owned());
    let expected = [word("a"), number(), symbol(), symbol(), number(), word("e"), word("g")];
    assert_eq!(tokens(text, mode("")), expected);
}

#[test]
fn each_product_reads_its_own_comments() {
    let text = b"/*!50100 a */ /*!80023 b */ /*M!100301 c */ /*!100301 d */ /*T![x] e */";
    let read = |version: &str| {
        let server = Server::of_mysql_protocol(version, "");
        tokens(text, Mode::of(&server, ""))
    };
    assert_eq!(read("10.11.18-MariaDB"), [word("a"), word("c"), word("d")]);
    assert_eq!(read("9.7.4"), [word("a"), word("b")]);
    assert_eq!(read("8.0.11"), [word("a")]);
    assert_eq!(read("5.7.25-TiDB-v7.1.0"), ["a", "b", "d", "e"].map(word));
}

#[test]
fn bytes_that_are_no_text_survive_in_strings() {
    assert_eq!(tokens(b"'\\0\xff'", mode("")), [Token::Text(vec![0, 0xff])]);
}

#[test]
fn what_does_not_end_ends_with_the_text() {
    for text in ["'a", "`a", "/* a", "/*! a", "'a\\", "x'4", "b'", "0x", "\"", "--", "#"] {
        tokens(text.as_bytes(), mode(""));
    }
    assert_eq!(Product::Mysql, Server::of_mysql_protocol("9.7.4", "").product);
}

proptest! {
    #[test]
    fn any_bytes_are_read_to_their_end(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut lexer = Lexer::new(&text, mode(""));
        let mut last = 0;
        loop {
            let lexeme = lexer.next();
            prop_assert!(lexeme.span.start >= last && lexeme.span.end <= text.len());
            if lexeme.token == Token::End {
                break;
            }
            prop_assert!(lexeme.span.end > lexeme.span.start, "progress");
            last = lexeme.span.end;
        }
    }

    #[test]
    fn marks_and_comments_in_any_order_are_read(text in "[a'\"`\\\\/*!#0-9x. \n-]{0,80}") {
        for sql_mode in ["", "ANSI_QUOTES", "NO_BACKSLASH_ESCAPES"] {
            tokens(text.as_bytes(), mode(sql_mode));
        }
    }
}
