//! Defaults.

use super::{Work, column_object};
use crate::mysql::ddl::ast::{Column, Default};
use crate::mysql::ddl::note::NoteCode;
use crate::mysql::ddl::target::Feature;
use crate::mysql::ddl::token::{Token, Tokens};
use crate::product::Product;

impl Work<'_> {
    pub(super) fn convert_default(&mut self, column: &mut Column) {
        let Some(default) = column.default.take() else { return };
        let object = column_object(&column.name);
        let large = is_large(&column.ty.name);
        column.default = match default {
            Default::Null => Some(Default::Null),
            Default::Expression(tokens) => self.convert_default_expression(&object, &tokens, large),
            value if large && !self.to(Product::Mariadb) => {
                let tokens = match &value {
                    Default::Text(text) => Token::Text(text.clone()),
                    Default::Number(number) => Token::Number(number.clone()),
                    Default::Hex(digits) => Token::Hex(digits.clone()),
                    Default::Bit(digits) => Token::Bit(digits.clone()),
                    Default::Null | Default::Now(_) | Default::Expression(_) => Token::End,
                };
                let mut literal = Tokens::default();
                literal.push(tokens, false);
                self.convert_default_expression(&object, &literal, true)
            }
            value => Some(value),
        };
    }

    fn convert_default_expression(
        &mut self,
        object: &str,
        tokens: &Tokens,
        large: bool,
    ) -> Option<Default> {
        let mut converted = self.convert_expression(object, tokens);
        let collated = self.to(Product::OceanBase)
            && converted.0.iter().any(|piece| piece.token.is_word("COLLATE"));
        if let Some(literal) = collated.then(|| collated_literal(&converted)).flatten() {
            converted = literal;
        }
        let lacks = if large && !self.target.has(Feature::LargeDefaults) {
            Some(self.target_lacks("defaults of such types"))
        } else if collated && converted.0.len() > 1 {
            Some(self.target_lacks("COLLATE in defaults"))
        } else if !self.target.has(Feature::ExpressionDefaults) {
            Some(self.target_lacks("expressions as defaults"))
        } else if !self.target.has(Feature::DependentDefaults) && self.names_column(&converted) {
            Some(self.target_lacks("defaults that name columns"))
        } else {
            let function = self.missing_function(&converted);
            function.map(|function| self.target_lacks(&format!("function {function}")))
        };
        let Some(why) = lacks else { return Some(Default::Expression(converted)) };
        let what = format!("DEFAULT {} left out", tokens.shown());
        self.note(NoteCode::DefaultDropped, object, what, why);
        None
    }
}

/// Types for which MySQL takes only expressions as defaults, and OceanBase nothing.
fn is_large(ty: &str) -> bool {
    let geometry = ty.ends_with("point")
        || ty.ends_with("linestring")
        || ty.ends_with("polygon")
        || ty.starts_with("geometry");
    ty.ends_with("text") || ty.ends_with("blob") || ty == "json" || ty == "vector" || geometry
}

/// The literal of a default that is one with a collation: it is the same value without.
fn collated_literal(tokens: &Tokens) -> Option<Tokens> {
    let [literal, word, _] = tokens.core() else { return None };
    let collated = word.token.is_word("COLLATE") && matches!(literal.token, Token::Text(_));
    collated.then(|| {
        let mut alone = Tokens::default();
        alone.push(literal.token.clone(), false);
        alone
    })
}
