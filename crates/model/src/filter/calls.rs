//! The functions of row filters, their arguments, and the types of CAST.

use super::{
    ast::{CastType, Expr, Function},
    fault::FilterFault,
    lexer::Token,
    parser::{Node, Parsed, Parser},
};

impl Parser<'_> {
    /// Reads a call. The parser stands at the function's name, in front of an opening bracket.
    pub(super) fn call(&mut self, name: &str) -> Parsed<Node> {
        let at = self.at();
        let (function, wanted, counts) = match name {
            "CAST" => return self.cast(),
            "CONCAT" => (Function::Concat, "one or more", 1..=usize::MAX),
            "SUBSTR" | "SUBSTRING" => (Function::Substr, "two or three", 2..=3),
            "REPLACE" => (Function::Replace, "three", 3..=3),
            _ => return Err(FilterFault::Function { at, name: name.to_owned() }),
        };
        self.next += 2;
        let (args, depth) = match self.eat_sign(")") {
            true => (Vec::new(), 0),
            false => self.nested(Self::list)?,
        };
        if !counts.contains(&args.len()) {
            let (function, given) = (name.to_owned(), args.len());
            return Err(FilterFault::Arguments { at, function, given, wanted });
        }
        self.node(Expr::Call { function, args }, depth)
    }

    fn cast(&mut self) -> Parsed<Node> {
        self.next += 2;
        let value = self.nested(Self::or)?;
        self.word("AS")?;
        let to = self.cast_type()?;
        self.sign(")")?;
        self.node(Expr::Cast { value: Box::new(value.expr), to }, value.depth)
    }

    fn cast_type(&mut self) -> Parsed<CastType> {
        let wanted = "CHAR, DECIMAL, DOUBLE, SIGNED, UNSIGNED, DATE, TIME or DATETIME";
        let Token::Word(word) = self.peek() else { return Err(self.unexpected(wanted)) };
        let name = word.to_ascii_uppercase();
        let to = match name.as_str() {
            "CHAR" | "CHARACTER" => CastType::Char { length: None },
            "DEC" | "NUMERIC" | "DECIMAL" => CastType::Decimal { size: None },
            "DOUBLE" => CastType::Double,
            "SIGNED" => CastType::Signed,
            "UNSIGNED" => CastType::Unsigned,
            "DATE" => CastType::Date,
            "TIME" => CastType::Time { fraction: None },
            "DATETIME" => CastType::DateTime { fraction: None },
            _ => return Err(self.unexpected(wanted)),
        };
        self.next += 1;
        match to {
            CastType::Char { .. } => Ok(CastType::Char { length: self.size(u32::MAX)? }),
            CastType::Decimal { .. } => Ok(CastType::Decimal { size: self.decimal_size()? }),
            CastType::Time { .. } => Ok(CastType::Time { fraction: self.size(6)? }),
            CastType::DateTime { .. } => Ok(CastType::DateTime { fraction: self.size(6)? }),
            CastType::Signed | CastType::Unsigned => {
                let _ = self.eat_word("INTEGER") || self.eat_word("INT");
                Ok(to)
            }
            CastType::Double | CastType::Date => Ok(to),
        }
    }

    /// A number in brackets, if there is one.
    fn size(&mut self, max: u32) -> Parsed<Option<u32>> {
        if !self.eat_sign("(") {
            return Ok(None);
        }
        let size = self.integer(max)?;
        self.sign(")")?;
        Ok(Some(size))
    }

    /// MySQL's largest decimals have 65 digits, 30 of them behind the point.
    fn decimal_size(&mut self) -> Parsed<Option<(u32, u32)>> {
        if !self.eat_sign("(") {
            return Ok(None);
        }
        let digits = self.integer(65)?;
        let scale = if self.eat_sign(",") { self.integer(digits.min(30))? } else { 0 };
        self.sign(")")?;
        Ok(Some((digits, scale)))
    }

    fn integer(&mut self, max: u32) -> Parsed<u32> {
        match self.peek() {
            Token::Integer(n) if *n <= u64::from(max) => {
                let n = u32::try_from(*n).unwrap_or(max);
                self.next += 1;
                Ok(n)
            }
            _ => Err(self.unexpected("a size the type can have")),
        }
    }
}
