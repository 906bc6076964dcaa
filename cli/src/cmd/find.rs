//! Finding the thing a person means by a name or an id.

use super::pages::{PageArgs, collect};
use crate::{
    fault::{Code, Fault},
    out::Listing,
};
use oms_clients::{ClientError, gateway::GatewayClient};
use oms_contracts::{
    ErrorCode,
    gateway::{
        department::{DepartmentQuery, DepartmentView},
        user::{UserQuery, UserView},
    },
    project::{
        data_source::{DataSourceQuery, DataSourceView},
        label::{LabelQuery, LabelView},
        project::{ProjectQuery, ProjectSummary},
    },
};
use oms_model::{EndpointId, UserId};

/// What things of a sort are called.
struct Sort {
    what: &'static str,
    missing: ErrorCode,
}

/// The one that bears the name, or whose id it is.
fn only<T>(
    sort: &Sort,
    given: &str,
    candidates: Vec<T>,
    names: impl Fn(&T) -> (String, String),
) -> Result<T, Fault> {
    let Sort { what, missing } = sort;
    let by_id = candidates.iter().position(|item| names(item).0 == given);
    let mut named = candidates.iter().enumerate().filter(|(_, item)| names(item).1 == given);
    let (first, second) = (named.next(), named.next());
    if let (None, Some((_, a)), Some((_, b))) = (by_id, first, second) {
        let ids = format!("{} and {}", names(a).0, names(b).0);
        let message = format!("there are several {what}s called {given}: {ids}");
        return Err(Fault::new(Code::Ambiguous, message));
    }
    let alike = |item: &&T| names(item).1.to_lowercase() == given.to_lowercase();
    let meant = candidates.iter().find(alike).map(|item| names(item).1);
    match by_id.or(first.map(|(at, _)| at)) {
        Some(at) => Ok(candidates.into_iter().nth(at).expect("it was found there")),
        None => {
            let fault = Fault::of(*missing, format!("there is no {what} {given}"));
            Err(match meant {
                Some(name) => fault.advise(format!("did you mean {name}?")),
                None => fault.advise(format!("list the {what}s that you may see")),
            })
        }
    }
}

pub async fn user(api: &GatewayClient, given: &str) -> Result<UserView, Fault> {
    let sort = Sort { what: "user", missing: ErrorCode::NoSuchUser };
    if let Ok(id) = UserId::parse(given)
        && let Some(user) = found(api.user(&id).await)?
    {
        return Ok(user);
    }
    let search = Some(given.to_owned());
    let found = collect(PageArgs::default(), async |page| {
        let (page_number, page_size) = (page.page_number, page.page_size);
        let query = UserQuery { search: search.clone(), ..UserQuery::default() };
        api.users(&UserQuery { page_number, page_size, ..query }).await
    });
    let names = |user: &UserView| (user.id.to_string(), user.account.clone());
    match candidates(found.await) {
        Ok(users) => only(&sort, given, users, names),
        // Who may not see users sees itself.
        Err(fault) if fault.code() == ErrorCode::Forbidden.as_str() => match api.me().await? {
            me if me.account == given => Ok(me),
            _ => Err(fault),
        },
        Err(fault) => Err(fault),
    }
}

pub async fn department(api: &GatewayClient, given: &str) -> Result<DepartmentView, Fault> {
    let sort = Sort { what: "department", missing: ErrorCode::NoSuchDepartment };
    let all = collect(PageArgs::default(), async |page| {
        let (page_number, page_size) = (page.page_number, page.page_size);
        api.departments(&DepartmentQuery { search: None, page_number, page_size }).await
    });
    let names = |item: &DepartmentView| (item.id.to_string(), item.name.clone());
    only(&sort, given, all.await?.items, names)
}

pub async fn data_source(api: &GatewayClient, given: &str) -> Result<DataSourceView, Fault> {
    let sort = Sort { what: "data source", missing: ErrorCode::NoSuchDataSource };
    if let Ok(id) = EndpointId::parse(given)
        && let Some(source) = found(api.data_source(&id).await)?
    {
        return Ok(source.value);
    }
    let found = collect(PageArgs::default(), async |page| {
        let (page_number, page_size) = (page.page_number, page.page_size);
        let query = DataSourceQuery { search: Some(given.to_owned()), ..Default::default() };
        api.data_sources(&DataSourceQuery { page_number, page_size, ..query }).await
    });
    let names = |item: &DataSourceView| (item.id.to_string(), item.name.clone());
    only(&sort, given, candidates(found.await)?, names)
}

/// Labels are few, so all that are asked for come out of one list.
pub async fn labels(api: &GatewayClient, given: &[String]) -> Result<Vec<LabelView>, Fault> {
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let sort = Sort { what: "label", missing: ErrorCode::NoSuchLabel };
    let all = collect(PageArgs::default(), async |page| {
        let (page_number, page_size) = (page.page_number, page.page_size);
        api.labels(&LabelQuery { search: None, page_number, page_size }).await
    });
    let all = all.await?.items;
    let names = |item: &LabelView| (item.id.to_string(), item.name.clone());
    given.iter().map(|given| only(&sort, given, all.clone(), names)).collect()
}

pub async fn label(api: &GatewayClient, given: &str) -> Result<LabelView, Fault> {
    Ok(labels(api, &[given.to_owned()]).await?.swap_remove(0))
}

pub async fn project(api: &GatewayClient, given: &str) -> Result<ProjectSummary, Fault> {
    let sort = Sort { what: "project", missing: ErrorCode::NoSuchProject };
    let names = |item: &ProjectSummary| (item.id.to_string(), item.name.clone());
    only(&sort, given, projects_like(api, given).await?, names)
}

/// The projects whose name or id contains the text.
pub async fn projects_like(api: &GatewayClient, text: &str) -> Result<Vec<ProjectSummary>, Fault> {
    let found = collect(PageArgs::default(), async |page| {
        let (page_number, page_size) = (page.page_number, page.page_size);
        let query = ProjectQuery { search: Some(text.to_owned()), ..Default::default() };
        api.projects(&ProjectQuery { page_number, page_size, ..query }).await
    });
    candidates(found.await)
}

/// A text that cannot even be searched for is nobody's name.
fn candidates<T>(found: Result<Listing<T>, Fault>) -> Result<Vec<T>, Fault> {
    match found {
        Ok(listing) => Ok(listing.items),
        Err(fault) if fault.code() == ErrorCode::InvalidParameter.as_str() => Ok(Vec::new()),
        Err(fault) => Err(fault),
    }
}

/// A 404 is no failure while a name may still be meant.
fn found<T>(answer: Result<T, ClientError>) -> Result<Option<T>, Fault> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(ClientError::Refused { problem, .. }) if problem.code.status() == 404 => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SORT: Sort = Sort { what: "label", missing: ErrorCode::NoSuchLabel };

    fn find(given: &str, all: &[(&'static str, &'static str)]) -> Result<&'static str, Fault> {
        let names = |item: &(&'static str, &'static str)| (item.0.to_owned(), item.1.to_owned());
        only(&SORT, given, all.to_vec(), names).map(|item| item.0)
    }

    #[test]
    fn a_name_is_found_exactly_and_an_id_before_a_name() {
        let all = [("l_1", "prod"), ("l_2", "l_1"), ("l_3", "production")];
        assert_eq!(find("prod", &all).unwrap(), "l_1");
        assert_eq!(find("l_1", &all).unwrap(), "l_1");
    }

    #[test]
    fn two_of_a_name_are_not_chosen_from() {
        let fault = find("a", &[("l_1", "a"), ("l_2", "a")]).unwrap_err();
        assert_eq!(fault.code(), "CLI-0015");
        assert!(fault.lines()[0].ends_with("called a: l_1 and l_2"), "{:?}", fault.lines());
    }

    #[test]
    fn a_name_in_another_case_is_suggested_and_not_taken() {
        let lines = find("Prod", &[("l_1", "prod")]).unwrap_err().lines();
        assert_eq!(
            lines,
            ["error[LABEL-0001]: there is no label Prod", "  advice: did you mean prod?",]
        );
        let lines = find("x", &[("l_1", "prod")]).unwrap_err().lines();
        assert_eq!(lines[1], "  advice: list the labels that you may see");
    }
}
