//! A row filter as a tree, for whoever decides it on a row or writes it in a database's language.
//! `Display` writes it with every bracket, in the language it was read in.

use std::fmt;

/// A condition, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    Null,
    Bool(bool),
    Integer(u64),
    /// Exact digits, with a point or too many for an integer.
    Decimal(String),
    Text(String),
    Column(String),
    Unary {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Compare {
        op: CompareOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// At least two, decided from left to right.
    And(Vec<Expr>),
    Xor(Vec<Expr>),
    Or(Vec<Expr>),
    IsNull {
        operand: Box<Expr>,
        negated: bool,
    },
    IsTrue {
        operand: Box<Expr>,
        negated: bool,
    },
    /// Both ends belong to the range.
    Between {
        value: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
    },
    /// The list has at least one member.
    In {
        value: Box<Expr>,
        list: Vec<Expr>,
    },
    Call {
        function: Function,
        args: Vec<Expr>,
    },
    Cast {
        value: Box<Expr>,
        to: CastType,
    },
}

/// What is done with one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumIter)]
pub enum UnaryOp {
    #[strum(to_string = "+")]
    Plus,
    #[strum(to_string = "-")]
    Minus,
    #[strum(to_string = "~")]
    BitNot,
    #[strum(to_string = "!")]
    Not,
}

/// What is done with two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumIter)]
pub enum BinaryOp {
    #[strum(to_string = "|")]
    BitOr,
    #[strum(to_string = "&")]
    BitAnd,
    #[strum(to_string = "<<")]
    ShiftLeft,
    #[strum(to_string = ">>")]
    ShiftRight,
    #[strum(to_string = "+")]
    Plus,
    #[strum(to_string = "-")]
    Minus,
    #[strum(to_string = "*")]
    Times,
    #[strum(to_string = "/")]
    Divide,
    #[strum(to_string = "%")]
    Modulo,
    #[strum(to_string = "^")]
    BitXor,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumIter)]
pub enum CompareOp {
    #[strum(to_string = "=")]
    Equal,
    #[strum(to_string = "<>")]
    NotEqual,
    #[strum(to_string = "<")]
    Less,
    #[strum(to_string = "<=")]
    LessOrEqual,
    #[strum(to_string = ">")]
    Greater,
    #[strum(to_string = ">=")]
    GreaterOrEqual,
}

/// What can be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumIter)]
pub enum Function {
    /// One or more texts.
    #[strum(to_string = "CONCAT")]
    Concat,
    /// A text, where to start counting from 1, and possibly how many characters.
    #[strum(to_string = "SUBSTR")]
    Substr,
    /// A text, what to look for, what to put in its place.
    #[strum(to_string = "REPLACE")]
    Replace,
}

/// What a value can be turned into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CastType {
    Char {
        length: Option<u32>,
    },
    /// Without a size, ten digits and no fraction.
    Decimal {
        size: Option<(u32, u32)>,
    },
    Double,
    Signed,
    Unsigned,
    Date,
    /// With how many digits after the second.
    Time {
        fraction: Option<u32>,
    },
    DateTime {
        fraction: Option<u32>,
    },
}

impl Expr {
    /// Visits every mention of a column.
    pub(super) fn for_each_column(&mut self, visit: &mut impl FnMut(&mut String)) {
        match self {
            Self::Column(name) => visit(name),
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Decimal(_) | Self::Text(_) => {}
            Self::Unary { operand: one, .. }
            | Self::IsNull { operand: one, .. }
            | Self::IsTrue { operand: one, .. }
            | Self::Cast { value: one, .. } => one.for_each_column(visit),
            Self::Binary { left, right, .. } | Self::Compare { left, right, .. } => {
                left.for_each_column(visit);
                right.for_each_column(visit);
            }
            Self::Between { value, low, high } => {
                for part in [value, low, high] {
                    part.for_each_column(visit);
                }
            }
            Self::In { value, list } => {
                value.for_each_column(visit);
                list.iter_mut().for_each(|part| part.for_each_column(visit));
            }
            Self::And(parts) | Self::Xor(parts) | Self::Or(parts) => {
                parts.iter_mut().for_each(|part| part.for_each_column(visit));
            }
            Self::Call { args, .. } => {
                args.iter_mut().for_each(|part| part.for_each_column(visit));
            }
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Bool(true) => f.write_str("TRUE"),
            Self::Bool(false) => f.write_str("FALSE"),
            Self::Integer(n) => n.fmt(f),
            Self::Decimal(digits) => f.write_str(digits),
            Self::Text(text) => {
                write!(f, "'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
            }
            Self::Column(name) => write!(f, "`{}`", name.replace('`', "``")),
            Self::Unary { op, operand } => write!(f, "({op}{operand})"),
            Self::Binary { op, left, right } => write!(f, "({left} {op} {right})"),
            Self::Compare { op, left, right } => write!(f, "({left} {op} {right})"),
            Self::And(parts) => list(f, parts, " AND "),
            Self::Xor(parts) => list(f, parts, " XOR "),
            Self::Or(parts) => list(f, parts, " OR "),
            Self::IsNull { operand, negated } => write!(f, "({operand} IS {}NULL)", not(*negated)),
            Self::IsTrue { operand, negated } => write!(f, "({operand} IS {}TRUE)", not(*negated)),
            Self::Between { value, low, high } => write!(f, "({value} BETWEEN {low} AND {high})"),
            Self::In { value, list: members } => {
                write!(f, "({value} IN ")?;
                list(f, members, ", ")?;
                f.write_str(")")
            }
            Self::Call { function, args } => {
                function.fmt(f)?;
                list(f, args, ", ")
            }
            Self::Cast { value, to } => write!(f, "CAST({value} AS {to})"),
        }
    }
}

fn not(negated: bool) -> &'static str {
    if negated { "NOT " } else { "" }
}

fn list(f: &mut fmt::Formatter<'_>, parts: &[Expr], between: &str) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        f.write_str(if i == 0 { "(" } else { between })?;
        write!(f, "{part}")?;
    }
    f.write_str(")")
}

impl fmt::Display for CastType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Char { length: Some(n) } => write!(f, "CHAR({n})"),
            Self::Char { length: None } => f.write_str("CHAR"),
            Self::Decimal { size: Some((digits, scale)) } => {
                write!(f, "DECIMAL({digits}, {scale})")
            }
            Self::Decimal { size: None } => f.write_str("DECIMAL"),
            Self::Double => f.write_str("DOUBLE"),
            Self::Signed => f.write_str("SIGNED"),
            Self::Unsigned => f.write_str("UNSIGNED"),
            Self::Date => f.write_str("DATE"),
            Self::Time { fraction: Some(n) } => write!(f, "TIME({n})"),
            Self::Time { fraction: None } => f.write_str("TIME"),
            Self::DateTime { fraction: Some(n) } => write!(f, "DATETIME({n})"),
            Self::DateTime { fraction: None } => f.write_str("DATETIME"),
        }
    }
}
