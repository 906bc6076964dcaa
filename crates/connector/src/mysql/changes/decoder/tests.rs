//! Events written by hand, whole and damaged.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers as well")]

use super::*;
use crate::mysql::changes::event::written;
use crate::mysql::changes::history::Known;
use oms_model::change::{Item, Items};
use oms_model::{Cells, Column, LogicalType, Table, UniqueKey, UniquePart, Value};
use proptest::prelude::*;

struct All;

impl Selection for All {
    fn wants(&self, database: &str, _table: &str) -> bool {
        database == "d"
    }
}

fn table() -> Table {
    let column = |name: &str, logical, native: &str, nullable| Column {
        name: name.into(),
        logical,
        native: native.into(),
        nullable,
        collation: None,
        generated: false,
    };
    let text =
        LogicalType::Text { charset: oms_model::Charset::Utf8, length: Some(10), fixed: false };
    let parts = vec![UniquePart { column: Some(0), prefix: None }];
    Table {
        database: "d".into(),
        name: "t".into(),
        columns: vec![
            column("id", LogicalType::Int { bytes: 4, signed: true }, "int", false),
            column("v", text, "varchar(10)", true),
            column("j", LogicalType::Json, "json", true),
        ],
        keys: vec![UniqueKey { name: "PRIMARY".into(), primary: true, parts }],
    }
}

fn decoder() -> Decoder {
    decoder_at(Place::Gtids("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-4".parse().unwrap()))
}

fn decoder_at(place: Place) -> Decoder {
    let server = Server::of_mysql_protocol("9.7.4", "");
    let mut history = History::default();
    history.learn(("d".into(), "t".into()), Known::new(table()));
    let texts = Texts::of(&server);
    let shifted = HashMap::new();
    Decoder::new(Setting { server, selection: Arc::new(All), place, texts, history, shifted })
}

fn format() -> Vec<u8> {
    let mut body = vec![4, 0];
    body.extend_from_slice(&[0; 50]);
    body.extend_from_slice(&[0; 4]);
    body.push(19);
    let mut heads = vec![0_u8; 42];
    for (kind, length) in [(2, 13), (19, 8), (30, 10), (31, 10), (32, 10), (39, 10)] {
        heads[kind - 1] = length;
    }
    body.extend_from_slice(&heads);
    body.push(1);
    written(kind::FORMAT, 0, 0x20, &body)
}

fn gtid(number: u8) -> Vec<u8> {
    let mut body = vec![1];
    let uuid = "3e11fa4771ca11e19e33c80aa9429562";
    let byte = |at: usize| u8::from_str_radix(&uuid[at..at + 2], 16).unwrap();
    body.extend((0..32).step_by(2).map(byte));
    body.extend_from_slice(&u64::from(number).to_le_bytes());
    body.push(2);
    body.extend_from_slice(&[0; 16]);
    body.extend_from_slice(&[7, 0, 0, 0, 0, 0, 0]);
    written(kind::GTID, 100, 0, &body)
}

fn query(text: &str) -> Vec<u8> {
    let body = [&[0; 8][..], &[1, 0, 0, 0, 0], b"d\0", text.as_bytes()].concat();
    written(kind::QUERY, 100, 0, &body)
}

fn table_map() -> Vec<u8> {
    let body = [
        &[9, 0, 0, 0, 0, 0, 1, 0][..],
        b"\x01d\0\x01t\0",
        &[3, 3, 15, 245],
        &[3, 40, 0, 4],
        &[0b110],
    ];
    written(kind::TABLE_MAP, 100, 0, &body.concat())
}

fn rows(kind: u8, bitmaps: &[u8], images: &[u8]) -> Vec<u8> {
    let body = [&[9, 0, 0, 0, 0, 0, 1, 0][..], &[2, 0], &[3], bitmaps, images].concat();
    written(kind, 100, 0, &body)
}

fn insert() -> Vec<u8> {
    let first = [&[0][..], &[1, 0, 0, 0], b"\x01a", &[2, 0, 0, 0, 4, 1]].concat();
    let second = [&[0b110][..], &[0xff, 0xff, 0xff, 0xff]].concat();
    rows(kind::WRITE_ROWS, &[0b111], &[first, second].concat())
}

fn xid() -> Vec<u8> {
    written(kind::XID, 101, 0, &[0; 8])
}

/// Everything that events lead to: steps, and what was gathered.
fn read(events: &[Vec<u8>]) -> Result<(Vec<Step>, Entries, Definitions), ChangeError> {
    read_by(decoder(), events)
}

fn read_by(
    mut decoder: Decoder,
    events: &[Vec<u8>],
) -> Result<(Vec<Step>, Entries, Definitions), ChangeError> {
    let (mut entries, mut definitions) = (Entries::default(), Definitions::default());
    let mut steps = Vec::new();
    for event in events {
        let mut into = Into { entries: &mut entries, definitions: &mut definitions };
        if let Outcome::Step(step) = decoder.event(event, &mut into)? {
            steps.push(step);
        }
        while let Some(outcome) = decoder.resume(&mut into) {
            if let Outcome::Step(step) = outcome? {
                steps.push(step);
            }
        }
    }
    Ok((steps, entries, definitions))
}

fn said(entries: &Entries) -> Vec<String> {
    let mut said = Vec::new();
    for item in Items::new(entries.bytes()) {
        match item.unwrap() {
            Item::Rows(rows) => said.extend(rows.changes().map(|change| {
                let image = |image| Cells::new(image).map(|it| it.to_string()).collect::<Vec<_>>();
                let (before, after) =
                    (image(change.before).join(" "), image(change.after).join(" "));
                format!("{before}>{after}")
            })),
            Item::Statement(statement) => said.push(statement.text),
            other => panic!("{other:?}"),
        }
    }
    said
}

fn transaction(changes: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut events = vec![format(), gtid(5), query("BEGIN"), table_map()];
    events.extend_from_slice(changes);
    events.push(xid());
    events
}

#[test]
fn a_transaction_ends_with_its_rows_name_and_place() {
    let (steps, entries, definitions) = read(&transaction(&[insert()])).unwrap();
    assert_eq!(said(&entries), [">1 'a' 'true'", ">-1 NULL NULL"]);
    let [Step::Commit(commit)] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!(commit.id, "3e11fa47-71ca-11e1-9e33-c80aa9429562:5");
    assert_eq!(commit.committed, 7);
    let place = "mysql-gtid-set:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5";
    assert_eq!(commit.moved.position.to_string(), place);
    assert_eq!(definitions.table(1).map(|it| it.to_string()), Some("d.t".into()));
}

#[test]
fn images_with_less_than_all_say_so_and_those_with_too_little_are_refused() {
    // The key before, one column after.
    let update = rows(kind::UPDATE_ROWS, &[0b001, 0b010], &[0, 1, 0, 0, 0, 0, 1, b'b']);
    let (_, entries, _) = read(&transaction(&[update])).unwrap();
    assert_eq!(said(&entries), ["1 (unchanged) (unchanged)>(unchanged) 'b' (unchanged)"]);
    let delete = rows(kind::DELETE_ROWS, &[0b010], &[0, 1, b'b']);
    let refusal = read(&transaction(&[delete])).unwrap_err();
    assert!(matches!(refusal, ChangeError::ImageTooSmall { .. }), "{refusal}");
    let insert = rows(kind::WRITE_ROWS, &[0b001], &[0, 1, 0, 0, 0]);
    let refusal = read(&transaction(&[insert])).unwrap_err();
    assert!(refusal.to_string().contains("binlog_row_image"), "{refusal}");
}

#[test]
fn changes_within_a_document_are_applied_to_what_it_was() {
    let object = [&[0, 1, 0, 12, 0][..], &[11, 0, 1, 0], &[5, 1, 0], b"a"].concat();
    let before = [&[0b010][..], &[1, 0, 0, 0], &[13, 0, 0, 0], &object].concat();
    let diff = [&[0, 3][..], b"$.a", &[3, 5, 2, 0]].concat();
    let after = [
        &[1, 1][..],
        &[0b010],
        &[1, 0, 0, 0],
        &[u8::try_from(diff.len()).unwrap(), 0, 0, 0],
        &diff,
    ];
    let images = [before, after.concat()].concat();
    let update = rows(kind::PARTIAL_UPDATE_ROWS, &[0b111, 0b111], &images);
    let (_, entries, _) = read(&transaction(&[update])).unwrap();
    assert_eq!(said(&entries), [r#"1 NULL '{\"a\": 1}'>1 NULL '{\"a\": 2}'"#]);
    let before = [0b0, 1, 0, 0, 0];
    let images = [&before[..], &after.concat()].concat();
    let update = rows(kind::PARTIAL_UPDATE_ROWS, &[0b001, 0b111], &images);
    let refusal = read(&transaction(&[update])).unwrap_err();
    assert!(refusal.to_string().contains("binlog_row_value_options"), "{refusal}");
}

#[test]
fn savepoints_branches_and_rollbacks_are_steps() {
    let name = b"X'31',X'',1".to_vec();
    let prepare = [&[0][..], &[1, 0, 0, 0], &[1, 0, 0, 0], &[0; 4], b"1"].concat();
    let events = [
        transaction(&[query("SAVEPOINT `a`"), insert(), query("ROLLBACK TO `a`")]),
        vec![gtid(6), query("BEGIN"), table_map(), insert(), query("ROLLBACK")],
        vec![gtid(7), query("XA START X'31',X'',1"), table_map(), insert()],
        vec![query("XA END X'31',X'',1"), written(kind::XA_PREPARE, 1, 0, &prepare)],
        vec![gtid(8), query("XA COMMIT X'31',X'',1"), gtid(9), query("XA ROLLBACK X'32',X'',1")],
    ];
    let (steps, _, _) = read(&events.concat()).unwrap();
    let kinds: Vec<&Step> = steps.iter().collect();
    let [
        Step::Savepoint(a),
        Step::RollbackTo(b),
        Step::Commit(_),
        Step::Rollback(_),
        Step::Prepared { name: prepared, moved },
        Step::CommitPrepared { name: committed, commit },
        Step::RollbackPrepared { .. },
    ] = kinds.as_slice()
    else {
        panic!("{steps:?}")
    };
    assert_eq!((a, b), (&b"a".to_vec(), &b"a".to_vec()));
    assert_eq!((prepared, committed), (&name, &name));
    assert!(moved.position.to_string().ends_with(":1-7"));
    assert!(commit.id.ends_with(":8"));
}

#[test]
fn a_transaction_that_a_crash_cut_off_never_was() {
    let mut crashed = transaction(&[insert()]);
    crashed.pop();
    let next = vec![gtid(6), query("BEGIN"), table_map(), insert(), xid()];
    let (steps, _, _) = read(&[crashed.clone(), next].concat()).unwrap();
    let [Step::Rollback(moved), Step::Commit(commit)] = steps.as_slice() else {
        panic!("{steps:?}")
    };
    assert!(moved.position.to_string().ends_with(":1-4"), "{moved:?}");
    assert!(commit.moved.position.to_string().ends_with(":1-4:6"), "{commit:?}");
    // The server began a new file.
    let (steps, _, _) = read(&[crashed, vec![new_file()]].concat()).unwrap();
    assert!(matches!(steps.as_slice(), [Step::Rollback(_)]), "{steps:?}");
}

/// The beginning of a file, as it is written and not made up.
fn new_file() -> Vec<u8> {
    let mut format = format();
    format[..4].copy_from_slice(&100_u32.to_le_bytes());
    format[17] = 0;
    summed(format)
}

/// MariaDB gives the number of what a crash cut off to the next transaction.
#[test]
fn a_number_that_is_given_again_is_not_passed_over() {
    let gtid = |number: u64| {
        let body = [&number.to_le_bytes()[..], &[0; 4], &[0], &[0; 6]].concat();
        written(kind::MARIADB_GTID, 100, 0, &body)
    };
    let half = [format(), gtid(5), table_map(), insert()];
    let again = [new_file(), gtid(5), table_map(), insert(), xid()];
    let begin = Place::Domains("0-1-4".parse().unwrap());
    let (steps, _, _) =
        read_by(decoder_at(begin.clone()), &[&half[..], &again[..]].concat()).unwrap();
    let [Step::Rollback(moved), Step::Commit(commit)] = steps.as_slice() else {
        panic!("{steps:?}")
    };
    assert_eq!(moved.position, begin.position());
    assert_eq!(commit.moved.position.to_string(), "mariadb-gtid:0-1-5");
    // The crash came before there was anything to be taken back.
    let (steps, _, _) = read_by(decoder_at(begin), &[&half[..2], &again[..]].concat()).unwrap();
    assert!(matches!(steps.as_slice(), [Step::Commit(_)]), "{steps:?}");
}

#[test]
fn what_comes_behind_a_doubt_is_not_read_with_what_the_server_says_now() {
    let (mut decoder, mut entries, mut definitions) =
        (decoder(), Entries::default(), Definitions::default());
    let mut into = Into { entries: &mut entries, definitions: &mut definitions };
    let swap = query("ALTER TABLE t CHANGE v w VARCHAR(10), CHANGE w v VARCHAR(10)");
    decoder.event(&format(), &mut into).unwrap();
    decoder.event(&gtid(5), &mut into).unwrap();
    let name = ("d".to_owned(), "t".to_owned());
    let asked = decoder.event(&swap, &mut into).unwrap();
    assert_eq!(asked, Outcome::Ask(Question::Tables(vec![name.clone()])));
    let (place, applied) = decoder.applied();
    assert!(place.position().to_string().ends_with(":1-4") && applied == 1);
    decoder.doubt(name, None, 1);
    let step = decoder.event(&swap, &mut into).unwrap();
    assert!(matches!(step, Outcome::Step(Step::Commit(_))), "{step:?}");
    decoder.event(&gtid(6), &mut into).unwrap();
    assert_eq!(decoder.applied().1, 0);
    decoder.event(&query("BEGIN"), &mut into).unwrap();
    let refusal = decoder.event(&table_map(), &mut into).unwrap_err();
    assert!(matches!(refusal, ChangeError::Undecodable { .. }), "{refusal}");
    let Some(Ok(Item::Statement(statement))) = Items::new(entries.bytes()).next() else { panic!() };
    assert!(statement.tables.is_empty(), "{statement:?}");
}

#[test]
fn a_definition_is_an_entry_and_what_follows_is_read_with_it() {
    let map = [&[10, 0, 0, 0, 0, 0, 1, 0][..], b"\x01d\0\x01t\0", &[1, 3], &[0], &[0]];
    let map = written(kind::TABLE_MAP, 100, 0, &map.concat());
    let body = [&[10, 0, 0, 0, 0, 0, 1, 0][..], &[2, 0], &[1], &[1], &[0, 9, 0, 0, 0]].concat();
    let row = written(kind::WRITE_ROWS, 100, 0, &body);
    let alter = query("ALTER TABLE t DROP COLUMN v, DROP j");
    let events =
        [transaction(&[insert()]), vec![gtid(6), alter, gtid(7), query("BEGIN"), map, row, xid()]];
    let (steps, entries, definitions) = read(&events.concat()).unwrap();
    assert_eq!(steps.len(), 3);
    assert_eq!(said(&entries)[2..], ["ALTER TABLE t DROP COLUMN v, DROP j", ">9"]);
    assert_eq!(definitions.table(2).map(|it| it.columns.len()), Some(1));
    let Some(Ok(Item::Statement(statement))) = Items::new(entries.bytes()).nth(1) else { panic!() };
    assert_eq!(statement.touches, [("d".to_owned(), "t".to_owned())]);
    assert_eq!(statement.tables[0].columns.len(), 1);
}

#[test]
fn statements_in_place_of_rows_stop_where_they_touch_what_is_wanted() {
    let refusal = read(&transaction(&[query("UPDATE t SET v = 'x'")])).unwrap_err();
    assert!(matches!(refusal, ChangeError::StatementLogged { .. }), "{refusal}");
    read(&transaction(&[query("UPDATE e.t SET v = 'x'")])).unwrap();
    for text in [
        "INSERT INTO nobody_knows VALUES (1)",
        "CREATE TABLE new AS SELECT * FROM e.t",
        "CREATE TABLE IF NOT EXISTS new (id INT) IGNORE SELECT 1",
    ] {
        let refusal = read(&[format(), gtid(5), query(text)]).unwrap_err();
        assert!(matches!(refusal, ChangeError::StatementLogged { .. }), "{text}: {refusal}");
    }
    read(&[format(), gtid(5), query("CREATE TABLE e.new AS SELECT 1")]).unwrap();
    let lost = read(&[format(), written(kind::INCIDENT, 1, 0, &[1, 0, 0])]).unwrap_err();
    assert!(matches!(lost, ChangeError::NotLogged { .. }), "{lost}");
}

#[test]
fn a_compressed_transaction_is_what_it_was() {
    let plain: Vec<Vec<u8>> = [query("BEGIN"), table_map(), insert(), xid()]
        .into_iter()
        .map(|mut event| {
            // Within it, events have no sums.
            event.truncate(event.len() - 4);
            let size = u32::try_from(event.len()).unwrap();
            event[9..13].copy_from_slice(&size.to_le_bytes());
            event
        })
        .collect();
    let closed = zstd::encode_all(&plain.concat()[..], 1).unwrap();
    let body = [&[2, 1, 0, 0][..], &closed].concat();
    let events = [format(), gtid(5), written(kind::TRANSACTION_PAYLOAD, 100, 0, &body)];
    let (steps, entries, _) = read(&events).unwrap();
    assert_eq!(said(&entries), [">1 'a' 'true'", ">-1 NULL NULL"]);
    assert!(matches!(steps.as_slice(), [Step::Commit(_)]), "{steps:?}");
}

#[test]
fn a_table_that_the_log_contradicts_is_asked_for_and_then_refused() {
    let (mut decoder, mut entries, mut definitions) =
        (decoder(), Entries::default(), Definitions::default());
    let mut into = Into { entries: &mut entries, definitions: &mut definitions };
    decoder.event(&format(), &mut into).unwrap();
    let map = [&[9, 0, 0, 0, 0, 0, 1, 0][..], b"\x01d\0\x01t\0", &[2, 3, 3], &[0], &[0]];
    let map = written(kind::TABLE_MAP, 100, 0, &map.concat());
    let name = ("d".to_owned(), "t".to_owned());
    let asked = decoder.event(&map, &mut into).unwrap();
    assert_eq!(asked, Outcome::Ask(Question::Tables(vec![name.clone()])));
    decoder.learn(name, Some(Known::new(table())));
    let refusal = decoder.event(&map, &mut into).unwrap_err();
    assert!(matches!(refusal, ChangeError::Undecodable { .. }), "{refusal}");
    assert!(refusal.to_string().contains("binlog_row_metadata"), "{refusal}");
}

/// The sum of an event whose bytes were changed, made right again, so that what is behind it is
/// reached.
fn summed(mut event: Vec<u8>) -> Vec<u8> {
    if event.len() < 23 {
        return event;
    }
    let end = event.len() - 4;
    let size = u32::try_from(event.len()).unwrap();
    event[9..13].copy_from_slice(&size.to_le_bytes());
    let sum = crc32fast::hash(&event[..end]);
    event[end..].copy_from_slice(&sum.to_le_bytes());
    event
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn damaged_events_are_errors_or_other_events_and_never_a_panic(
        which in 0..8_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let update = rows(kind::UPDATE_ROWS, &[0b111, 0b111], &[
            &[0][..], &[1, 0, 0, 0], b"\x01a", &[2, 0, 0, 0, 4, 1], &[0b110], &[1, 0, 0, 0],
        ].concat());
        let mut events = transaction(&[insert(), update, query("ALTER TABLE t ADD x INT")]);
        let event = &mut events[which];
        if let Some(cut) = cut {
            let keep = cut.index(event.len());
            event.truncate(keep);
        }
        for (at, byte) in changes {
            if !event.is_empty() {
                let at = at.index(event.len());
                event[at] = byte;
            }
        }
        *event = summed(std::mem::take(event));
        drop(read(&events));
    }
}

#[test]
fn values_are_compared_by_their_bytes() {
    let (_, entries, _) = read(&transaction(&[insert()])).unwrap();
    let Some(Ok(Item::Rows(rows))) = Items::new(entries.bytes()).next() else { panic!() };
    let first = rows.changes().next().unwrap();
    let values: Vec<Value<'_>> = Cells::new(first.after).collect();
    assert_eq!(values, [Value::Int(1), Value::Text(b"a"), Value::Json(b"true")]);
}
