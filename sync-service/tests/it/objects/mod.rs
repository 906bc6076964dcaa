//! The objects of a schema task: `/internal/v1/tasks/{id}/objects`.

mod act;
mod look;

use crate::app::{TestApp, id, schema};
use oms_contracts::{ErrorCode, sync::ObjectState};
use sync_service::{
    domain::{Fence, object::ObjectEvent},
    repo::schema::{self as objects, Change, Note, Step},
};

/// Takes an object of the task to a state, as its driver does.
pub fn take(app: &TestApp, fence: &Fence, number: u32, to: ObjectState) {
    use {ObjectEvent as E, ObjectState as S};
    let way: &[E] = match to {
        S::Initializing => &[],
        S::DdlObtained => &[E::Obtained],
        S::DdlFailed => &[E::Unobtainable],
        S::Ready => &[E::Obtained, E::Converted],
        S::NotSupported => &[E::Obtained, E::Unsupported],
        S::Creating => &[E::Obtained, E::Converted, E::Begun],
        S::Completed => &[E::Obtained, E::Converted, E::Begun, E::Created],
        S::CompletedWithConversion => &[E::Obtained, E::Converted, E::Begun, E::CreatedConverted],
        S::Failed => &[E::Obtained, E::Converted, E::Begun, E::Refused],
        S::Skipped => panic!("only users skip"),
    };
    let step = |event: &E| Step { change: learned(*event), ..Step::new(number, *event) };
    let steps: Vec<Step> = way.iter().map(step).collect();
    let gone = objects::advance(&mut app.metadata(), fence, &steps).expect("advances");
    assert_eq!(gone, [0; 0]);
}

fn learned(event: ObjectEvent) -> Change {
    match event {
        ObjectEvent::Obtained => Change {
            source_ddl: Some("CREATE TABLE `t` (`ü` int) ENGINE=InnoDB".into()),
            ..Default::default()
        },
        ObjectEvent::Converted => Change {
            converted_ddl: Some("CREATE TABLE `t` (`ü` int)".into()),
            notes: Some(vec![Note { code: "CLAUSE_DROPPED".into(), message: "ENGINE".into() }]),
            ..Default::default()
        },
        ObjectEvent::Refused => Change {
            error: Some((ErrorCode::DatabaseRefused, "the target refused it".into())),
            database: Some(("1064".into(), "You have an error".into())),
            ..Default::default()
        },
        _ => Change::default(),
    }
}

/// A schema task that runs, and the proof of it.
pub async fn running(app: &TestApp) -> crate::script::Run {
    app.store("p.schema", &schema()).await;
    app.client().start(&id("p.schema")).await.expect("starts");
    app.script.next().await
}
