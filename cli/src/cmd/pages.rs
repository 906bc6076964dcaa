//! Lists that come by pages.

use crate::{fault::Fault, out::Listing};
use clap::Args;
use oms_clients::ClientError;
use oms_contracts::{Page, PageQuery, page::MAX_PAGE_SIZE};

/// Which part of a list. Without a word all of it is fetched.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct PageArgs {
    /// Only this page of the list, from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    page: Option<u32>,

    /// Only so many, 1 to 150
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=150))]
    page_size: Option<u32>,
}

/// Fetches the part that was asked for.
pub async fn collect<T>(
    args: PageArgs,
    fetch: impl AsyncFn(PageQuery) -> Result<Page<T>, ClientError>,
) -> Result<Listing<T>, Fault> {
    if args.page.is_some() || args.page_size.is_some() {
        let query = PageQuery { page_number: args.page, page_size: args.page_size };
        let page = fetch(query).await?;
        return Ok(Listing { items: page.items, total_count: page.total_count });
    }
    let mut items: Vec<T> = Vec::new();
    for number in 1.. {
        let query = PageQuery { page_number: Some(number), page_size: Some(MAX_PAGE_SIZE) };
        let page = fetch(query).await?;
        // A list that shrinks meanwhile ends with an empty page.
        let last = page.items.is_empty();
        items.extend(page.items);
        let seen = u64::try_from(items.len()).unwrap_or(u64::MAX);
        if last || seen >= page.total_count {
            return Ok(Listing { items, total_count: seen });
        }
    }
    unreachable!("a list has fewer than four billion pages")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    async fn numbers(args: PageArgs, total: u32) -> (Listing<u32>, Vec<(u32, u32)>) {
        let asked = RefCell::new(Vec::new());
        let fetch = async |query: PageQuery| {
            let slice = query.checked().expect("within limits");
            asked.borrow_mut().push((slice.number, slice.size));
            let first = (slice.number - 1) * slice.size;
            let items: Vec<u32> = (first..total.min(first + slice.size)).collect();
            Ok(slice.page(items, u64::from(total)))
        };
        let listing = collect(args, fetch).await.unwrap();
        (listing, asked.into_inner())
    }

    #[tokio::test]
    async fn without_a_word_all_pages_are_fetched() {
        let (listing, asked) = numbers(PageArgs::default(), 301).await;
        assert_eq!(asked, [(1, 150), (2, 150), (3, 150)]);
        assert_eq!((listing.items.len(), listing.total_count), (301, 301));
        assert_eq!(numbers(PageArgs::default(), 300).await.1.len(), 2);
        assert_eq!(numbers(PageArgs::default(), 0).await.1.len(), 1);
    }

    #[tokio::test]
    async fn a_page_that_is_asked_for_comes_alone() {
        let args = PageArgs { page: Some(2), page_size: Some(20) };
        let (listing, asked) = numbers(args, 45).await;
        assert_eq!(asked, [(2, 20)]);
        assert_eq!((listing.items[0], listing.items.len(), listing.total_count), (20, 20, 45));
    }
}
