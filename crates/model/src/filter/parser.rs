//! The grammar of row filters, by MySQL's precedence:
//!
//! ```text
//! or      = xor { OR xor }
//! xor     = and { XOR and }
//! and     = truth { AND truth }
//! truth   = test [ IS [NOT] TRUE ]
//! test    = range { IS [NOT] NULL | compared with range, once }
//! range   = bits [ BETWEEN bits AND range | IN ( or { , or } ) ]
//! bits    = unary { sign unary }           from loose to tight: |  &  << >>  + -  * / %  ^
//! unary   = ( ! | + | - | ~ ) unary | primary
//! primary = ( or ) | literal | column | function ( … )
//! ```

use super::{
    ColumnUse,
    ast::{BinaryOp, CompareOp, Expr, UnaryOp},
    fault::FilterFault,
    lexer::{Placed, Token},
    words,
};
use std::collections::HashSet;

/// Bounds the parser's own stack.
const NESTING_MAX: usize = 64;
/// Bounds the stack of everything that walks the tree, which a long `a+b+c…` makes deep as well.
const DEPTH_MAX: usize = 200;

pub(super) type Parsed<T> = Result<T, FilterFault>;

/// An expression with the height of its tree.
pub(super) struct Node {
    pub(super) expr: Expr,
    pub(super) depth: usize,
}

pub(super) fn parse(tokens: &[Placed]) -> Parsed<(Expr, Vec<ColumnUse>)> {
    let mut parser =
        Parser { tokens, next: 0, nesting: 0, columns: Vec::new(), seen: HashSet::new() };
    if parser.peek() == &Token::End {
        return Err(FilterFault::Empty);
    }
    let node = parser.or()?;
    match parser.peek() {
        Token::End => Ok((node.expr, parser.columns)),
        _ => Err(parser.unexpected("AND, OR or the end")),
    }
}

pub(super) struct Parser<'a> {
    tokens: &'a [Placed],
    pub(super) next: usize,
    nesting: usize,
    columns: Vec<ColumnUse>,
    seen: HashSet<String>,
}

impl Parser<'_> {
    pub(super) fn or(&mut self) -> Parsed<Node> {
        self.chain("OR", Self::xor, Expr::Or)
    }

    fn xor(&mut self) -> Parsed<Node> {
        self.chain("XOR", Self::and, Expr::Xor)
    }

    fn and(&mut self) -> Parsed<Node> {
        self.chain("AND", Self::truth, Expr::And)
    }

    fn chain(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Parsed<Node>,
        join: fn(Vec<Expr>) -> Expr,
    ) -> Parsed<Node> {
        let first = part(self)?;
        if !self.at_word(word) {
            return Ok(first);
        }
        let (mut parts, mut depth) = (vec![first.expr], first.depth);
        while self.eat_word(word) {
            let node = part(self)?;
            depth = depth.max(node.depth);
            parts.push(node.expr);
        }
        self.node(join(parts), depth)
    }

    /// Everything about a comparison and what `IS` says of it. `IS TRUE` ends it, as in MySQL.
    fn truth(&mut self) -> Parsed<Node> {
        let mut node = self.range()?;
        let mut compared = false;
        loop {
            if let Some(op) = self.compare_op() {
                if compared {
                    return Err(FilterFault::Chained { at: self.at() });
                }
                compared = true;
                self.next += 1;
                let right = self.range()?;
                let depth = node.depth.max(right.depth);
                let (left, right) = (Box::new(node.expr), Box::new(right.expr));
                node = self.node(Expr::Compare { op, left, right }, depth)?;
            } else if self.eat_word("IS") {
                let negated = self.eat_word("NOT");
                let (operand, depth) = (Box::new(node.expr), node.depth);
                if self.eat_word("NULL") {
                    node = self.node(Expr::IsNull { operand, negated }, depth)?;
                } else if self.eat_word("TRUE") {
                    return self.node(Expr::IsTrue { operand, negated }, depth);
                } else {
                    return Err(self.unexpected("NULL or TRUE"));
                }
            } else {
                return Ok(node);
            }
        }
    }

    fn range(&mut self) -> Parsed<Node> {
        let value = self.bits(0)?;
        if self.eat_word("BETWEEN") {
            let low = self.bits(0)?;
            self.word("AND")?;
            let high = self.nested(Self::range)?;
            let depth = value.depth.max(low.depth).max(high.depth);
            let (value, low, high) = (value.expr.into(), low.expr.into(), high.expr.into());
            return self.node(Expr::Between { value, low, high }, depth);
        }
        if self.eat_word("IN") {
            self.sign("(")?;
            let (list, depth) = self.nested(Self::list)?;
            let depth = depth.max(value.depth);
            return self.node(Expr::In { value: value.expr.into(), list }, depth);
        }
        Ok(value)
    }

    /// One or more expressions up to the closing bracket.
    pub(super) fn list(&mut self) -> Parsed<(Vec<Expr>, usize)> {
        let (mut list, mut depth) = (Vec::new(), 0);
        loop {
            let node = self.or()?;
            depth = depth.max(node.depth);
            list.push(node.expr);
            if !self.eat_sign(",") {
                self.sign(")")?;
                return Ok((list, depth));
            }
        }
    }

    /// Takes operators at least as tight as `loosest`.
    fn bits(&mut self, loosest: u8) -> Parsed<Node> {
        let mut left = self.unary()?;
        while let Some((op, tightness)) = self.binary_op().filter(|(_, t)| *t >= loosest) {
            self.next += 1;
            let right = self.bits(tightness + 1)?;
            let depth = left.depth.max(right.depth);
            let (a, b) = (Box::new(left.expr), Box::new(right.expr));
            left = self.node(Expr::Binary { op, left: a, right: b }, depth)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed<Node> {
        let op = match self.peek() {
            Token::Sign("!") => UnaryOp::Not,
            Token::Sign("+") => UnaryOp::Plus,
            Token::Sign("-") => UnaryOp::Minus,
            Token::Sign("~") => UnaryOp::BitNot,
            _ => return self.primary(),
        };
        self.next += 1;
        let operand = self.nested(Self::unary)?;
        self.node(Expr::Unary { op, operand: Box::new(operand.expr) }, operand.depth)
    }

    fn primary(&mut self) -> Parsed<Node> {
        let expr = match self.peek().clone() {
            Token::Sign("(") => return self.bracket(),
            Token::Integer(n) => Expr::Integer(n),
            Token::Decimal(digits) => Expr::Decimal(digits),
            Token::Text(text) => Expr::Text(text),
            Token::Name(name) => return self.column(name),
            Token::Word(word) => return self.worded(&word),
            Token::Sign(_) | Token::End => return Err(self.unexpected("a column or a value")),
        };
        self.next += 1;
        Ok(Node { expr, depth: 1 })
    }

    fn bracket(&mut self) -> Parsed<Node> {
        self.next += 1;
        let node = self.nested(Self::or)?;
        self.sign(")")?;
        Ok(node)
    }

    fn worded(&mut self, word: &str) -> Parsed<Node> {
        let upper = word.to_ascii_uppercase();
        let literal = match upper.as_str() {
            "NULL" => Some(Expr::Null),
            "TRUE" => Some(Expr::Bool(true)),
            "FALSE" => Some(Expr::Bool(false)),
            _ => None,
        };
        if let Some(expr) = literal {
            self.next += 1;
            return Ok(Node { expr, depth: 1 });
        }
        if matches!(upper.as_str(), "SELECT" | "EXISTS") {
            return Err(FilterFault::Subquery { at: self.at() });
        }
        if let Some(fault) = self.refuse_word() {
            return Err(fault);
        }
        match self.tokens.get(self.next + 1).map(|placed| &placed.token) {
            Some(Token::Sign("(")) => self.call(&upper),
            Some(Token::Text(_)) => {
                let text = format!("{word} before a text");
                let instead = "write CAST('…' AS DATE) or the text alone";
                Err(FilterFault::Unsupported { at: self.at(), text, instead })
            }
            _ => self.column(word.to_owned()),
        }
    }

    fn column(&mut self, name: String) -> Parsed<Node> {
        let at = self.at();
        self.next += 1;
        if self.peek() == &Token::Sign(".") {
            return Err(FilterFault::Qualified { at, name });
        }
        if self.seen.insert(name.clone()) {
            self.columns.push(ColumnUse { name: name.clone(), at });
        }
        Ok(Node { expr: Expr::Column(name), depth: 1 })
    }

    pub(super) fn nested<T>(&mut self, part: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.nesting += 1;
        if self.nesting > NESTING_MAX {
            return Err(FilterFault::TooDeep { at: self.at() });
        }
        let parsed = part(self);
        self.nesting -= 1;
        parsed
    }

    pub(super) fn node(&self, expr: Expr, below: usize) -> Parsed<Node> {
        match below + 1 {
            depth if depth > DEPTH_MAX => Err(FilterFault::TooDeep { at: self.at() }),
            depth => Ok(Node { expr, depth }),
        }
    }

    fn compare_op(&self) -> Option<CompareOp> {
        let Token::Sign(sign) = self.peek() else { return None };
        match *sign {
            "=" => Some(CompareOp::Equal),
            "<>" | "!=" => Some(CompareOp::NotEqual),
            "<" => Some(CompareOp::Less),
            "<=" => Some(CompareOp::LessOrEqual),
            ">" => Some(CompareOp::Greater),
            ">=" => Some(CompareOp::GreaterOrEqual),
            _ => None,
        }
    }

    fn binary_op(&self) -> Option<(BinaryOp, u8)> {
        let Token::Sign(sign) = self.peek() else { return None };
        match *sign {
            "|" => Some((BinaryOp::BitOr, 1)),
            "&" => Some((BinaryOp::BitAnd, 2)),
            "<<" => Some((BinaryOp::ShiftLeft, 3)),
            ">>" => Some((BinaryOp::ShiftRight, 3)),
            "+" => Some((BinaryOp::Plus, 4)),
            "-" => Some((BinaryOp::Minus, 4)),
            "*" => Some((BinaryOp::Times, 5)),
            "/" => Some((BinaryOp::Divide, 5)),
            "%" => Some((BinaryOp::Modulo, 5)),
            "^" => Some((BinaryOp::BitXor, 6)),
            _ => None,
        }
    }

    pub(super) fn peek(&self) -> &Token {
        self.tokens.get(self.next).map_or(&Token::End, |placed| &placed.token)
    }

    pub(super) fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(1, |placed| placed.at)
    }

    fn at_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(w) if w.eq_ignore_ascii_case(word))
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let there = self.at_word(word);
        self.next += usize::from(there);
        there
    }

    pub(super) fn eat_sign(&mut self, sign: &str) -> bool {
        let there = matches!(self.peek(), Token::Sign(s) if *s == sign);
        self.next += usize::from(there);
        there
    }

    pub(super) fn word(&mut self, word: &'static str) -> Parsed<()> {
        if self.eat_word(word) { Ok(()) } else { Err(self.unexpected(word)) }
    }

    pub(super) fn sign(&mut self, sign: &'static str) -> Parsed<()> {
        if self.eat_sign(sign) { Ok(()) } else { Err(self.unexpected(sign)) }
    }

    /// What is wrong with the next word, if it is one that no filter has there.
    fn refuse_word(&self) -> Option<FilterFault> {
        let Token::Word(word) = self.peek() else { return None };
        let (at, text) = (self.at(), word.to_ascii_uppercase());
        if let Some(instead) = words::instead_of(&text) {
            return Some(FilterFault::Unsupported { at, text, instead });
        }
        words::is_reserved(&text).then_some(FilterFault::Reserved { at, word: text })
    }

    pub(super) fn unexpected(&self, wanted: &'static str) -> FilterFault {
        let unsupported = self.refuse_word();
        if let Some(fault @ FilterFault::Unsupported { .. }) = unsupported {
            return fault;
        }
        FilterFault::Unexpected { at: self.at(), found: self.peek().to_string(), wanted }
    }
}
