//! What is read of a stream, whole, damaged and cut off, against a scripted service.

use super::*;
use crate::{ClientError, Http, Peer, StoreClient, token::Signer};
use oms_contracts::{
    ErrorCode, ServiceName,
    store::{ChangesQuery, StoreId},
};
use oms_model::change::frame::{Frame, Packer};
use serde_json::json;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path, query_param},
};

async fn serve(answer: ResponseTemplate) -> (MockServer, StoreClient) {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/internal/v1/stores/np_1.store/changes"))
        .and(query_param("after", "7"))
        .and(query_param("consumer", "np_1.incr"))
        .respond_with(answer)
        .mount(&server)
        .await;
    let http = Http::new(ServiceName::SyncService, Signer::new(&"s".repeat(64).into()));
    let base = server.uri().parse().unwrap();
    let peer = Peer::new(http.unwrap(), ServiceName::StoreService, base, Duration::from_secs(10));
    (server, StoreClient::new(peer))
}

fn asked() -> (StoreId, ChangesQuery) {
    let consumer = Some(StoreId::parse("np_1.incr").unwrap());
    (StoreId::parse("np_1.store").unwrap(), ChangesQuery { after: Seq(7), consumer })
}

fn frames() -> Vec<u8> {
    let defined = Defined { opens: true, highest: 3, ..Default::default() };
    let defined = serde_json::to_vec(&defined).unwrap();
    let frame = |kind, payload, changes| Frame {
        kind,
        begins: true,
        ends: true,
        first: Seq(8),
        changes,
        committed: 42,
        place: None,
        payload,
    };
    let (mut out, mut packer) = (Vec::new(), Packer::default());
    packer.write(&mut out, &frame(FrameKind::Defined, &defined, 0));
    packer.write(&mut out, &frame(FrameKind::Block, &[7; 1_000], 2));
    packer.write(&mut out, &frame(FrameKind::Alive, &[], 0));
    out
}

#[tokio::test]
async fn frames_come_one_by_one_and_then_the_end() {
    let (_server, client) = serve(ResponseTemplate::new(200).set_body_bytes(frames())).await;
    let (id, query) = asked();
    let mut changes = client.changes(&id, &query).await.unwrap();
    let Delivered::Defined(defined) = changes.next().await.unwrap() else {
        panic!("no definitions")
    };
    assert_eq!((defined.highest, defined.opens), (3, true));
    let Delivered::Block(block) = changes.next().await.unwrap() else { panic!("no block") };
    assert_eq!((block.first, block.changes, block.items), (Seq(8), 2, vec![7; 1_000]));
    assert_eq!(changes.next().await.unwrap(), Delivered::Alive { end: Seq(7), current: 42 });
    assert!(matches!(changes.next().await, Err(StreamError::Ended)));
}

#[tokio::test]
async fn what_was_damaged_on_the_way_is_not_delivered() {
    let mut bytes = frames();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let (_server, client) = serve(ResponseTemplate::new(200).set_body_bytes(bytes)).await;
    let (id, query) = asked();
    let mut changes = client.changes(&id, &query).await.unwrap();
    changes.next().await.unwrap();
    changes.next().await.unwrap();
    assert!(matches!(changes.next().await, Err(StreamError::Corrupt(_))));
}

#[tokio::test]
async fn a_stream_that_is_cut_off_within_a_frame_has_ended() {
    let mut bytes = frames();
    bytes.truncate(bytes.len() - HEAD - 1);
    let (_server, client) = serve(ResponseTemplate::new(200).set_body_bytes(bytes)).await;
    let (id, query) = asked();
    let mut changes = client.changes(&id, &query).await.unwrap();
    changes.next().await.unwrap();
    assert!(matches!(changes.next().await, Err(StreamError::Ended)));
}

#[tokio::test]
async fn a_refusal_says_what_is_missing() {
    let problem = json!({ "code": ErrorCode::ChangesGone, "message": "no", "advice": "do", "requestId": "r" });
    let (_server, client) = serve(ResponseTemplate::new(410).set_body_json(problem)).await;
    let (id, query) = asked();
    let refused = client.changes(&id, &query).await.unwrap_err();
    let ClientError::Refused { problem, .. } = refused else { panic!("{refused:?}") };
    assert_eq!(problem.code, ErrorCode::ChangesGone);
}
