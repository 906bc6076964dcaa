//! A place in a text, moving forward token by token.

use super::ParseError;
use crate::mysql::ddl::ast::Name;
use crate::mysql::ddl::lexer::{Lexeme, Lexer};
use crate::mysql::ddl::mode::Mode;
use crate::mysql::ddl::token::{Token, Tokens};
use std::collections::VecDeque;

#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    text: &'a [u8],
    lexer: Lexer<'a>,
    ahead: VecDeque<Lexeme>,
    pub mode: Mode,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a [u8], mode: Mode) -> Self {
        Self { text, lexer: Lexer::new(text, mode), ahead: VecDeque::new(), mode }
    }

    fn fill(&mut self, count: usize) {
        while self.ahead.len() < count {
            let lexeme = self.lexer.next();
            self.ahead.push_back(lexeme);
        }
    }

    /// The token `ahead` of the next one.
    pub fn look(&mut self, ahead: usize) -> &Token {
        self.fill(ahead + 1);
        &self.ahead[ahead].token
    }

    pub fn peek(&mut self) -> &Token {
        self.look(0)
    }

    pub fn take(&mut self) -> Lexeme {
        self.fill(1);
        self.ahead.pop_front().unwrap_or(Lexeme { token: Token::End, span: 0..0, spaced: false })
    }

    /// How names and strings that were not looked at yet are read.
    pub fn set_raw(&mut self, raw: bool) {
        self.lexer.set_raw(raw);
    }

    /// What is left of the text, when no token was looked at ahead.
    pub fn raw(&mut self) -> Option<&mut Lexer<'a>> {
        self.ahead.is_empty().then_some(&mut self.lexer)
    }

    /// Goes back to before what was looked at ahead.
    pub fn unread(&mut self) {
        if let Some(first) = self.ahead.front() {
            self.lexer.back_to(first.span.start);
            self.ahead.clear();
        }
    }

    pub fn at_end(&mut self) -> bool {
        *self.peek() == Token::End
    }

    pub fn is_word(&mut self, wanted: &str) -> bool {
        self.peek().is_word(wanted)
    }

    /// Whether the next tokens are these words.
    pub fn are_words(&mut self, wanted: &[&str]) -> bool {
        wanted.iter().enumerate().all(|(ahead, word)| self.look(ahead).is_word(word))
    }

    pub fn eat(&mut self, wanted: &str) -> bool {
        let found = self.is_word(wanted);
        if found {
            self.take();
        }
        found
    }

    /// Takes these words, or nothing.
    pub fn eat_all(&mut self, wanted: &[&str]) -> bool {
        let found = self.are_words(wanted);
        if found {
            wanted.iter().for_each(|_| drop(self.take()));
        }
        found
    }

    /// Takes the first of the words that is there.
    pub fn eat_any(&mut self, wanted: &[&str]) -> bool {
        wanted.iter().any(|word| self.eat(word))
    }

    pub fn eat_symbol(&mut self, wanted: char) -> bool {
        let found = self.peek().is(wanted);
        if found {
            self.take();
        }
        found
    }

    pub fn expect(&mut self, wanted: &'static str) -> Result<(), ParseError> {
        if self.eat(wanted) { Ok(()) } else { Err(self.missing(wanted)) }
    }

    pub fn expect_symbol(
        &mut self,
        wanted: char,
        expected: &'static str,
    ) -> Result<(), ParseError> {
        if self.eat_symbol(wanted) { Ok(()) } else { Err(self.missing(expected)) }
    }

    pub fn missing(&mut self, expected: &'static str) -> ParseError {
        self.fill(1);
        let at = self.ahead[0].span.start.min(self.text.len());
        let near = &self.text[at..self.text.len().min(at + 40)];
        ParseError { at, expected, near: String::from_utf8_lossy(near).into_owned() }
    }

    pub fn name(&mut self) -> Result<String, ParseError> {
        match self.peek().name() {
            Some(_) => Ok(self.take().token.name().unwrap_or_default().to_owned()),
            None => Err(self.missing("a name")),
        }
    }

    /// A name with or without its database.
    pub fn qualified(&mut self) -> Result<Name, ParseError> {
        let first = self.name()?;
        if !self.eat_symbol('.') {
            return Ok(Name::plain(first));
        }
        Ok(Name::within(first, self.name()?))
    }

    /// A string; several beside each other are one.
    pub fn text_value(&mut self) -> Result<Vec<u8>, ParseError> {
        if !matches!(self.peek(), Token::Text(_)) {
            return Err(self.missing("a string"));
        }
        let mut value = Vec::new();
        while let Token::Text(_) = self.peek() {
            if let Token::Text(part) = self.take().token {
                value.extend(part);
            }
        }
        Ok(value)
    }

    pub fn number<T: std::str::FromStr>(&mut self) -> Option<T> {
        let Token::Number(number) = self.peek() else { return None };
        let number = number.parse().ok()?;
        self.take();
        Some(number)
    }

    /// What is between brackets, and the brackets.
    pub fn bracketed(&mut self) -> Result<Tokens, ParseError> {
        self.expect_symbol('(', "an opening bracket")?;
        let inner = self.up_to_closing();
        self.expect_symbol(')', "a closing bracket")?;
        Ok(inner)
    }

    fn up_to_closing(&mut self) -> Tokens {
        let mut inner = Tokens::default();
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Token::End => return inner,
                Token::Symbol('(') => depth += 1,
                Token::Symbol(')') if depth == 0 => return inner,
                Token::Symbol(')') => depth -= 1,
                _ => {}
            }
            self.take_into(&mut inner);
        }
    }

    /// Moves the next token over.
    pub fn take_into(&mut self, tokens: &mut Tokens) {
        let lexeme = self.take();
        tokens.push(lexeme.token, lexeme.spaced);
    }

    /// Moves a bracketed group over, brackets included.
    pub fn group_into(&mut self, tokens: &mut Tokens) {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Token::End => return,
                Token::Symbol('(') => depth += 1,
                Token::Symbol(')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.take_into(tokens);
            if depth == 0 {
                return;
            }
        }
    }

    /// Everything to the end; `None` if there is nothing.
    pub fn remainder(&mut self) -> Option<Tokens> {
        let mut tokens = Tokens::default();
        self.eat_symbol(';');
        while !self.at_end() {
            self.take_into(&mut tokens);
        }
        (!tokens.0.is_empty()).then_some(tokens)
    }
}
