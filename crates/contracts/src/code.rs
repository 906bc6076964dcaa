//! The catalogue of error codes: what a client can branch on, and what a person can act on.
//!
//! Codes are append-only: a published code never changes its meaning. `docs/ERRORS.md` is
//! generated from this file and checked by a test. Codes of the form `GHANA-…` are the ones the
//! reference product publishes and existing clients already look for.

use serde::{Deserialize, Serialize};

/// What a caller may do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::Display)]
pub enum Retry {
    /// The same call may succeed in a moment.
    Soon,
    /// The same call fails until somebody changes something; the advice says what.
    AfterFix,
    /// The same call never succeeds.
    Never,
}

macro_rules! error_codes {
    ($($name:ident = $code:literal, $status:literal, $retry:ident, $advice:literal;)+) => {
        /// A stable code of the catalogue.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema,
        )]
        pub enum ErrorCode { $(#[serde(rename = $code)] $name,)+ }
        impl ErrorCode {
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name,)+];
            /// The text on the wire.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$name => $code,)+ } }
            /// The HTTP status that goes with it.
            pub const fn status(self) -> u16 { match self { $(Self::$name => $status,)+ } }
            pub const fn retry(self) -> Retry { match self { $(Self::$name => Retry::$retry,)+ } }
            /// What the reader can do about it.
            pub const fn advice(self) -> &'static str { match self { $(Self::$name => $advice,)+ } }
            /// The name in code, for generated documents.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }
        }
    };
}

error_codes! {
    // Every service.
    MetadataUnavailable = "COMMON-0001", 503, Soon, "check that the metadata database runs and is reachable, then repeat the call";
    Internal = "COMMON-0002", 500, Never, "report the request id to the operator: the logs hold the cause under it";
    MalformedBody = "COMMON-0003", 400, AfterFix, "send a JSON body of the documented shape; the message names the place";
    BodyTooLarge = "COMMON-0004", 413, AfterFix, "send less at once, or raise http.body_limit_bytes";
    InvalidParameter = "COMMON-0005", 400, AfterFix, "correct the path or query parameter that the message names";
    Invalid = "COMMON-0006", 422, AfterFix, "correct the fields listed in details";
    NoSuchRoute = "COMMON-0007", 404, AfterFix, "see /api/docs for the paths that exist";
    MethodNotAllowed = "COMMON-0008", 405, AfterFix, "see /api/docs for the methods of this path";
    UnsupportedMediaType = "COMMON-0009", 415, AfterFix, "send Content-Type: application/json";
    Stale = "COMMON-0010", 412, AfterFix, "someone else changed it first: read it again, apply your change to what you read, and send its new ETag in If-Match";
    PreconditionRequired = "COMMON-0011", 428, AfterFix, "read the resource and send its ETag in If-Match";
    NotAvailableYet = "COMMON-0012", 501, Never, "this version does not do that yet; see CHANGELOG.md for what it does";
    TimedOut = "COMMON-0013", 503, Soon, "repeat the call; when it persists, look at the service's load and its database";
    ServiceUnreachable = "COMMON-0014", 503, Soon, "check that the named service runs and that its address in [peers] is right";
    ServiceOffContract = "COMMON-0015", 502, Never, "check that all services run the same version";
    UnsignedCall = "COMMON-0016", 401, AfterFix, "services talk to each other with tokens signed by internal.secret: call the gateway, or give every service the same secret and the right time";
    ShuttingDown = "COMMON-0017", 503, Soon, "the service is stopping: repeat the call in a moment";
    MetadataFull = "COMMON-0018", 507, AfterFix, "the disk of the metadata database is full: make room, then repeat the call; nothing was changed";
    MetadataBusy = "COMMON-0019", 503, Soon, "the metadata database is locked by another writer: repeat the call";
    BadEncoding = "COMMON-0020", 400, AfterFix, "send UTF-8";
    BodyLate = "COMMON-0021", 408, Soon, "repeat the call and send the whole body at once; when it persists, look at the network in between";

    // Keys that protect secrets at rest.
    VaultKeyUnknown = "VAULT-0001", 500, AfterFix, "a stored secret was sealed with a key that is not in the key ring: restore that key";
    VaultCannotRotate = "VAULT-0002", 409, AfterFix, "keys given by the environment are rotated there: put the new key in front in OMS__VAULT__KEYS, restart, and repeat";
    VaultUnusable = "VAULT-0003", 503, AfterFix, "check that the key file exists, is readable by the service and by nobody else, and that its disk has room";

    // Who you are.
    Unauthenticated = "AUTH-0001", 401, AfterFix, "log in and send the access token as Authorization: Bearer";
    WrongCredentials = "AUTH-0002", 401, AfterFix, "check account and password; after several failures the account waits";
    TokenExpired = "AUTH-0003", 401, AfterFix, "use the refresh token, or log in again";
    TokenInvalid = "AUTH-0004", 401, AfterFix, "log in again";
    RefreshReused = "AUTH-0005", 401, AfterFix, "this refresh token was used before, so its whole session was ended: log in again, and change the password if it was not you";
    RefreshInvalid = "AUTH-0006", 401, AfterFix, "log in again";
    LoginThrottled = "AUTH-0007", 429, Soon, "too many failed logins: wait for the time in Retry-After";
    PasswordChangeRequired = "AUTH-0008", 403, AfterFix, "change the password first: oms user passwd, or POST /api/v1/auth/password";
    Forbidden = "AUTH-0009", 403, AfterFix, "ask an administrator of your department for the right role";
    RateLimited = "AUTH-0010", 429, Soon, "send fewer requests, or raise limits.requests_per_second";
    PasswordTooWeak = "AUTH-0011", 422, AfterFix, "8 to 32 characters with at least two digits, two upper-case and two lower-case letters and two of ~!@#%^&*_-+=|(){}:;,.?/[]";
    WrongOldPassword = "AUTH-0012", 422, AfterFix, "give the present password of the account";
    UserDisabled = "AUTH-0013", 403, AfterFix, "ask an administrator to enable the account";
    PasswordUnchanged = "AUTH-0014", 422, AfterFix, "choose a password that differs from the present one";

    // Users, departments, keys.
    NoSuchUser = "USER-0001", 404, AfterFix, "check the user id";
    AccountTaken = "USER-0002", 409, AfterFix, "choose another account name";
    BuiltInUser = "USER-0003", 409, Never, "root and admin are built in";
    UserOwnsObjects = "USER-0004", 409, AfterFix, "delete or release the projects and data sources of the user first";
    NoSuchDepartment = "USER-0005", 404, AfterFix, "check the department id";
    DepartmentTaken = "USER-0006", 409, AfterFix, "choose another department name";
    DepartmentNotEmpty = "USER-0007", 409, AfterFix, "move or delete the department's users first";
    BuiltInDepartment = "USER-0008", 409, Never, "the department default is built in";
    NoSuchApiKey = "USER-0009", 404, AfterFix, "check the key id";
    TooManyApiKeys = "USER-0010", 409, AfterFix, "delete a key that is no longer used";
    DepartmentFixed = "USER-0011", 409, Never, "users of the roles ROOT, ROOT_VIEWER and ADMIN stay in the department they were created in; create another user there";

    AuditUnavailable = "AUDIT-0001", 503, Soon, "the audit log cannot be written, so nothing was done: check the gateway's metadata database";

    // Data sources.
    NoSuchDataSource = "DATASOURCE-0001", 404, AfterFix, "check the data source id";
    DataSourceNameTaken = "DATASOURCE-0002", 409, AfterFix, "choose another name";
    DataSourceTaken = "DATASOURCE-0003", 409, AfterFix, "a data source with this account and address exists: use that one";
    DataSourceInUse = "DATASOURCE-0004", 409, AfterFix, "release the projects that use it first; details lists them";
    KindNotSupported = "DATASOURCE-0005", 422, Never, "this kind has no connector yet; supported are MYSQL, MARIADB, OB_MYSQL and POSTGRESQL";
    UnknownHost = "DATASOURCE-0010", 422, AfterFix, "check the host name and the name service of the machine that runs OMS";
    ConnectionRefused = "DATASOURCE-0011", 422, AfterFix, "nothing listens there: check the port, that the database runs, and its bind address";
    ConnectTimedOut = "DATASOURCE-0012", 422, AfterFix, "the address did not answer in time: check firewalls and that the port is the database's";
    TlsFailed = "DATASOURCE-0013", 422, AfterFix, "check the TLS mode, the server's certificate and the CA certificate of the data source";
    AccessDenied = "DATASOURCE-0014", 422, AfterFix, "check user and password, and that the user may log in from the machine that runs OMS";
    WrongKind = "DATASOURCE-0015", 422, AfterFix, "choose the kind that the message names";
    UnknownDatabase = "DATASOURCE-0016", 422, AfterFix, "check the database name, or leave it empty";
    TooManyConnections = "DATASOURCE-0017", 422, Soon, "the database takes no more connections: raise its limit or try later";
    NotADatabase = "DATASOURCE-0018", 422, AfterFix, "what answers there does not speak the protocol of this kind: check host and port";
    DatabaseRefused = "DATASOURCE-0019", 422, AfterFix, "see the message of the database";
    NoSuchDatabase = "DATASOURCE-0020", 404, AfterFix, "check the name, and that the user of the data source may see it";
    NoSuchTable = "DATASOURCE-0021", 404, AfterFix, "check the name, and that the user of the data source may see it";
    HostUnreachable = "DATASOURCE-0022", 422, AfterFix, "the network has no way to this address: check it, routes and firewalls";
    DatabaseSlow = "DATASOURCE-0023", 422, Soon, "the database took too long to answer: look at its load, or raise limits.database_timeout_ms";
    DatabaseBusy = "DATASOURCE-0024", 503, Soon, "this database is asked too many things at once: repeat the call, or raise limits.connections_per_source";
    DatabaseTooMuch = "DATASOURCE-0025", 422, AfterFix, "the database sent more than is taken in one call: check that it is the server you mean, or limit the data source to one database";

    // Labels.
    NoSuchLabel = "LABEL-0001", 404, AfterFix, "check the label id";
    LabelTaken = "LABEL-0002", 409, AfterFix, "choose another name, or use the label that exists";
    TooManyLabels = "LABEL-0003", 409, AfterFix, "delete labels that are no longer used";
    LabelInUse = "LABEL-0004", 409, AfterFix, "projects carry this label: repeat with force=true to take it off them";

    // Projects.
    NoSuchProject = "GHANA-PROJECT000001", 404, AfterFix, "check the project id";
    ProjectNameTaken = "PROJECT-0002", 409, AfterFix, "choose another name";
    IllegalTransition = "PROJECT-0003", 409, AfterFix, "reload the project and choose an action its state allows";
    NameNotConfirmed = "PROJECT-0004", 422, AfterFix, "repeat the project's name exactly to confirm the deletion";
    NotEditable = "PROJECT-0005", 409, AfterFix, "only a project that was never started can be edited; clone it instead";
    SelectionInvalid = "PROJECT-0006", 422, AfterFix, "correct the rules listed in details";
    ImportInvalid = "PROJECT-0007", 422, AfterFix, "correct the lines listed in details; nothing was imported";
    ProjectChanged = "PROJECT-0008", 409, Soon, "someone else changed the project at the same moment: reload and repeat";
    ObjectsNotNamed = "PROJECT-0009", 409, Never, "only projects that name their objects (mode SPECIFIC) have a list of them to download; of others, save the rules";

    // Moving rows.
    RowRefused = "MOVE-0001", 422, AfterFix, "the message names the row and what is wrong: correct the row at the source or the column at the target, then start the task again";
    RowInTheWay = "MOVE-0002", 409, AfterFix, "two rows cannot be told apart by the target's keys, or another row is there: compare keys and collations of both sides, then start the task again";
    TargetNotEmpty = "MOVE-0003", 409, AfterFix, "empty the target table, or allow target tables that hold rows (allowDestTableNotEmpty), then start the task again";
    TableUnusable = "MOVE-0004", 422, AfterFix, "compare the table on both sides with what the message says, then start the task again";
    MoveForbidden = "MOVE-0005", 403, AfterFix, "grant the user of the data source the missing right, then start the task again";
    TargetFull = "MOVE-0006", 507, AfterFix, "make room at the target, then start the task again: it goes on where it stopped";
    MoveUnreachable = "MOVE-0007", 503, Soon, "a database was away for too long: when it is back, start the task again; it goes on where it stopped";
    FilterRefused = "MOVE-0008", 422, AfterFix, "correct the row filter of the table";
    MoveFailed = "MOVE-0009", 502, AfterFix, "see the message of the database, then start the task again: it goes on where it stopped";
    MoveBusy = "MOVE-0010", 503, Soon, "a database could not do it in time: end what holds the table or its rows, or wait until the database has less to do, then start the task again; it goes on where it stopped";
    EarlierRunRemains = "MOVE-0011", 409, AfterFix, "what an earlier run left at the target may still be at work: end its sessions there, or let the user of the data source end them, then start the task again";

    // Applying changes.
    RowDrifted = "INCR-0001", 409, AfterFix, "the row at the target is not what the source's change begins with: correct it there, or choose another policy (repair, record), then start the task again";
    ChangeUnusable = "INCR-0002", 422, AfterFix, "the source logged too little of a row to apply it exactly: log whole rows (binlog_row_image=FULL), load the table anew, then start the task again";
    DefinitionMet = "INCR-0003", 409, AfterFix, "the source ran a statement on definitions that is not replicated yet: run what it does at the target, then go on behind it";
    ChangesUnreadable = "INCR-0004", 503, Soon, "the changes cannot be read: look at the store of the task, then start the task again; it goes on where it stopped";
    LoadNotDone = "INCR-0005", 409, AfterFix, "let the full load that the task goes on from finish, then start the task again";
    StoreTooLate = "INCR-0006", 409, AfterFix, "the store began after the full load had begun, so changes in between are in neither: make a store, then load again, then apply its changes";
    HandoverUnsure = "INCR-0007", 409, AfterFix, "it is not known which changes of a table without a key the full load has read: give the table a key, or load it again while the store runs";
    DefinitionBarred = "INCR-0011", 409, AfterFix, "the source's statement on definitions cannot be done at the target as it is: do as the message says, then decide about the statement (run it again, edit it, or skip it) and start the task again";
    DefinitionRefused = "INCR-0012", 409, AfterFix, "the target refused a statement on definitions: remove what is in its way and start the task again, which runs it again; or edit or skip it";
    DefinitionUncertain = "INCR-0013", 409, AfterFix, "nobody can tell whether the target has run a statement on definitions before a run ended: look at the tables it names, then decide about the statement (edit it to what is missing, or skip it) and start the task again";

    // Sync tasks.
    NoSuchTask = "SYNC-0001", 404, AfterFix, "check the task id";
    TaskNotReady = "SYNC-0002", 409, Soon, "wait until the task has stopped, or stop it, then repeat the call";
    TaskDiffers = "SYNC-0003", 409, AfterFix, "a task that was started cannot be changed: delete it and make another, or change its limits";
    NoSuchTaskObject = "SYNC-0004", 404, AfterFix, "check the object's number; removed objects are gone";
    ObjectNotAllowed = "SYNC-0005", 409, AfterFix, "reload the object and choose an operation its state allows";
    ObjectsClosed = "SYNC-0006", 409, AfterFix, "objects can be changed while their task is RUNNING or FAILED";
    WrongTaskKind = "SYNC-0007", 409, Never, "only tasks of the kind that the message names have that";
    TaskBroke = "SYNC-0008", 500, AfterFix, "report the task id to the operator: the logs hold the cause under it; start the task again to go on where it ended";
    TaskTaken = "SYNC-0009", 409, Never, "another instance goes on with the task: ask that one";
    TablesFailed = "SYNC-0010", 422, AfterFix, "the tables that failed name their reasons: correct those, then start the task again; finished tables are not loaded again";
    ObjectsFailed = "SYNC-0011", 422, AfterFix, "the objects that failed name their reasons: retry, edit, skip or remove them, then start the task again";
    ObjectExists = "SYNC-0012", 409, AfterFix, "drop or rename what the target has under that name, or allow it to be used (existingTable), then retry the object";
    ObjectDiffers = "SYNC-0013", 409, AfterFix, "change or drop what the target has under that name as the message says, then retry the object; or skip it";
    NotConvertible = "SYNC-0014", 422, AfterFix, "give the object a statement that the target understands, or skip or remove it";
    KeysCollide = "SYNC-0015", 409, AfterFix, "choose another collation for the target (collationMap), or change the rows that the message names, then retry the object";
    IndexesFailed = "SYNC-0016", 422, AfterFix, "the indexes that failed name their reasons at their objects: correct those, then start the task again; indexes that are there are not built again";
    NamesMerge = "SYNC-0017", 409, AfterFix, "give one of them another name at the target, or leave it out";

    // Stores: capturing changes, keeping them, handing them on.
    NoSuchStore = "STORE-0001", 404, AfterFix, "check the store id";
    StoreNotReady = "STORE-0002", 409, Soon, "wait until the store has stopped, or stop it, then repeat the call";
    StoreFixed = "STORE-0003", 409, AfterFix, "a store that was started keeps its kind of source, its method, its start and the database of its heartbeat: delete it and make another";
    StoreElsewhere = "STORE-0004", 409, AfterFix, "another instance keeps the log of this store on its disk: ask that one, or delete the store and make another";
    StoreBroke = "STORE-0005", 500, AfterFix, "report the store id to the operator: the logs hold the cause under it; start the store again to go on behind what it kept";
    ChangesGone = "STORE-0006", 410, AfterFix, "the changes were older than the store keeps them: begin from a full load again, with a longer retention";
    NoSuchChange = "STORE-0007", 409, AfterFix, "the store has not captured that far: check the number, or wait if the store was set back";
    LogFull = "STORE-0008", 507, Soon, "make room on the disk of the store, or shorten its retention; the store goes on by itself, behind what it kept";
    LogUnusable = "STORE-0009", 503, Soon, "look at the disk of the store and the rights on its folder; the store goes on by itself, behind what it kept";
    LogInUse = "STORE-0010", 409, Soon, "another process or another run writes this change log: end it, or wait until it has ended";
    LogDamaged = "STORE-0011", 500, AfterFix, "the files of the change log are not as they were written: look at the disk, then delete the store, make another, and load its consumers again";
    RetentionHeld = "STORE-0012", 409, AfterFix, "more is kept than the store was told to, since a consumer has yet to read it: let it go on, or remove it from the store";
    CaptureNotOffered = "STORE-0013", 422, AfterFix, "choose another method of capture: this version has none of that kind for this database";
    SourceUnreachable = "STORE-0014", 503, Soon, "the source is away; the store goes on by itself when it is back: look at it, its network and its load";
    SourceRefused = "STORE-0015", 422, AfterFix, "see the message of the source, then start the store again: it goes on behind what it kept";
    SourceNotLogged = "STORE-0016", 422, AfterFix, "set at the source what the message names, then start the store again";
    SourceLogGone = "STORE-0017", 410, AfterFix, "the source removed a part of its log that was still needed: keep its log longer, make another store, and load its consumers again";
    SourceForeign = "STORE-0018", 409, AfterFix, "the place is not one of this server: name the server that the store was begun with, or one that replicates it by GTID; or make another store";
    StatementLogged = "STORE-0019", 422, AfterFix, "set binlog_format=ROW for all sessions of the source; the change that was logged as a statement cannot be captured: make another store, and load the table again";
    ImageTooSmall = "STORE-0020", 422, AfterFix, "set binlog_row_image=FULL for all sessions of the source; the change that was logged in part cannot be captured: make another store, and load the table again";
    RowsUndecodable = "STORE-0021", 422, AfterFix, "the rows do not fit what is known of their table: see the message; make another store, and load the table again";
    PreparedEarlier = "STORE-0022", 409, AfterFix, "a transaction was prepared before the store began, so its changes are not known: make another store once no transaction is prepared, and load its consumers again";
    SourceLogDamaged = "STORE-0023", 502, Soon, "what the source sent is not what it wrote; the store asks again by itself: look at the source's disk and network";
    PlaceAhead = "STORE-0024", 409, Soon, "the store has not captured up to that place yet: see that it runs, and ask again";
    PlaceGone = "STORE-0025", 410, AfterFix, "the place is older than what the store has: take a newer one, or make another store that begins earlier";
    PlaceInexact = "STORE-0026", 409, AfterFix, "the place has a transaction of the source and lacks one before it, so no change of the store stands for it: take the place while the source commits in one order (MySQL: binlog_order_commits=ON, replica_preserve_commit_order=ON; MariaDB: one domain, gtid_strict_mode=ON)";
    SourceNotCleared = "STORE-0027", 502, Soon, "what the store put in place at the source could not be removed: see the message, bring the source and the rights of its user back, and repeat the call; or repeat it with force=true, and remove by hand what the message names";
    HeartbeatRefused = "STORE-0028", 422, AfterFix, "give the source's user the rights that the message names; the capture itself goes on without the heartbeat";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique() {
        let mut seen = HashSet::new();
        assert!(ErrorCode::ALL.iter().all(|c| seen.insert(c.as_str())));
    }

    #[test]
    fn every_code_has_an_error_status_and_advice_without_a_full_stop() {
        for code in ErrorCode::ALL {
            assert!((400..600).contains(&code.status()), "{}", code.as_str());
            assert!(
                !code.advice().is_empty() && !code.advice().ends_with('.'),
                "{}",
                code.as_str()
            );
        }
    }

    #[test]
    fn a_code_reads_back_from_the_wire() {
        for code in ErrorCode::ALL {
            let wire = serde_json::to_string(code).expect("codes serialise");
            assert_eq!(wire, format!("\"{}\"", code.as_str()));
            assert_eq!(serde_json::from_str::<ErrorCode>(&wire).expect("and back"), *code);
        }
    }
}
