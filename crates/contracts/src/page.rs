//! Pages of lists: numbers start at 1, the size has a limit, the total is always told.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The largest page anybody gets.
pub const MAX_PAGE_SIZE: u32 = 150;
const DEFAULT_PAGE_SIZE: u32 = 10;

/// Which page of a list. Both parts are optional on the wire.
///
/// Does not refuse unknown keys: it is flattened into the queries of lists, which do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

/// A page query outside its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    #[error("pageNumber starts at 1")]
    Number,
    #[error("pageSize must be 1 to {MAX_PAGE_SIZE}")]
    Size,
}

/// A page query within its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    pub number: u32,
    pub size: u32,
}

impl PageQuery {
    pub fn checked(self) -> Result<Slice, PageError> {
        let number = self.page_number.unwrap_or(1);
        let size = self.page_size.unwrap_or(DEFAULT_PAGE_SIZE);
        if number == 0 {
            return Err(PageError::Number);
        }
        if size == 0 || size > MAX_PAGE_SIZE {
            return Err(PageError::Size);
        }
        Ok(Slice { number, size })
    }
}

impl Slice {
    /// Rows to pass over. Wide, because a page number may be as large as it likes.
    pub fn offset(self) -> i64 {
        i64::from(self.number - 1) * i64::from(self.size)
    }
    pub fn limit(self) -> i64 {
        i64::from(self.size)
    }
    pub fn page<T>(self, items: Vec<T>, total_count: u64) -> Page<T> {
        Page { items, page_number: self.number, page_size: self.size, total_count }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    pub items: Vec<T>,
    pub page_number: u32,
    pub page_size: u32,
    pub total_count: u64,
}

impl<T> Page<T> {
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            page_number: self.page_number,
            page_size: self.page_size,
            total_count: self.total_count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(number: u32, size: u32) -> PageQuery {
        PageQuery { page_number: Some(number), page_size: Some(size) }
    }

    #[test]
    fn an_empty_query_is_the_first_ten() {
        assert_eq!(PageQuery::default().checked(), Ok(Slice { number: 1, size: 10 }));
    }

    #[test]
    fn pages_outside_the_limits_are_refused() {
        assert_eq!(query(0, 10).checked(), Err(PageError::Number));
        assert_eq!(query(1, 0).checked(), Err(PageError::Size));
        assert_eq!(query(1, 1_000_000_000).checked(), Err(PageError::Size));
    }

    #[test]
    fn a_far_page_does_not_overflow() {
        let far = query(u32::MAX, 150).checked().expect("within limits");
        assert_eq!(far.offset(), (i64::from(u32::MAX) - 1) * 150);
    }
}
