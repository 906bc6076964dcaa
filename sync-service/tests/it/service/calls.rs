//! Who may call the service: siblings with a token for it.

use crate::app::{Answer, TestApp, full, id};
use oms_clients::token::Signer;
use oms_contracts::{
    ErrorCode, ServiceName,
    service::headers::INTERNAL_TOKEN,
    sync::{ObjectOperation, paths},
};
use reqwest::Method;

#[tokio::test]
async fn calls_without_a_valid_token_are_refused_by_every_route_and_do_nothing() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    let before = app.stored();
    let task = id("p.full");
    let routes = [
        (Method::GET, paths::TASKS.to_owned()),
        (Method::PUT, paths::task(&task)),
        (Method::GET, paths::task(&task)),
        (Method::DELETE, paths::task(&task)),
        (Method::POST, paths::start(&task)),
        (Method::POST, paths::stop(&task)),
        (Method::PUT, paths::limits(&task)),
        (Method::GET, paths::tables(&task)),
        (Method::GET, paths::conflicts(&task)),
        (Method::GET, paths::objects(&task)),
        (Method::POST, paths::objects(&task)),
        (Method::GET, paths::object(&task, 0)),
        (Method::PUT, paths::object_ddl(&task, 0)),
        (Method::POST, paths::act_on_object(&task, 0, ObjectOperation::Skip)),
        (Method::POST, paths::RESEAL.to_owned()),
    ];
    let foreign = Signer::new(&"x".repeat(64).into());
    let sign = |signer: &Signer, callee| {
        signer.sign(ServiceName::ProjectService, callee, None).expect("signs")
    };
    let tokens = [
        String::new(),
        "a.b.c".into(),
        sign(&foreign, ServiceName::SyncService),
        sign(&crate::app::signer(), ServiceName::StoreService),
    ];
    for (method, path) in routes {
        let bare = app.unsigned(method.clone(), &path);
        Answer::of(bare).await.refused(ErrorCode::UnsignedCall);
        for token in &tokens {
            let request = app.unsigned(method.clone(), &path).header(INTERNAL_TOKEN, token);
            Answer::of(request).await.refused(ErrorCode::UnsignedCall);
        }
    }
    assert_eq!(app.stored(), before);
    assert_eq!(app.script.alive(), 0);
}
