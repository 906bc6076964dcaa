//! What a user owns follows it into another department.

use crate::session::{ready, source};
use oms_testkit::servers;
use oms_tests::house::{FIRST_PASSWORD, House};
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn what_a_user_owns_is_seen_where_the_user_is() {
    let house = House::start().await;
    let root = ready(&house, "root").await;
    let sales = root.ok(Method::POST, "/departments", Some(json!({"name": "sales"}))).await;
    for (account, role, department) in
        [("here", "ADMIN", None), ("there", "ADMIN", Some(&sales["id"])), ("carol", "USER", None)]
    {
        let mut user = json!({"account": account, "role": role, "password": FIRST_PASSWORD});
        if let Some(department) = department {
            user["departmentId"] = department.clone();
        }
        root.ok(Method::POST, "/users", Some(user)).await;
    }
    let (here, there) = (ready(&house, "here").await, ready(&house, "there").await);
    let carol = ready(&house, "carol").await;
    let body = source("carols", "MYSQL", servers::mysql());
    let made = carol.ok(Method::POST, "/data-sources", Some(body)).await;
    let path = format!("/data-sources/{}", made["id"].as_str().expect("an id"));
    here.ok(Method::GET, &path, None).await;
    assert_eq!(there.call(Method::GET, &path, None).await.0, StatusCode::NOT_FOUND);

    let me = carol.ok(Method::GET, "/auth/me", None).await;
    let user = format!("/users/{}", me["id"].as_str().expect("an id"));
    root.ok(Method::PATCH, &user, Some(json!({"departmentId": sales["id"]}))).await;

    there.ok(Method::GET, &path, None).await;
    assert_eq!(here.call(Method::GET, &path, None).await.0, StatusCode::NOT_FOUND);
    house.stop().await;
}
