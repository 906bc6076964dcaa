//! A connection that comes back: what is asked again when a database was away for a moment.

use super::{
    fault::{Halt, Refused},
    seats::Post,
};
use oms_connector::{Connector, DataError, Schema, SchemaError, SchemaSession, Standing};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Which database it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Source,
    Target,
}

impl End {
    pub fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Target => "target",
        }
    }
}

/// How long a database may be away before the run ends.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long others may hold what a statement needs.
pub const BUSY: Duration = Duration::from_secs(300);

/// How long a statement may take to end that is to go on no more.
const ENDING: Duration = Duration::from_secs(10);

/// One connection for definitions.
#[derive(Debug)]
pub struct Line {
    connector: Arc<dyn Connector>,
    end: End,
    stop: CancellationToken,
    session: Option<Box<dyn SchemaSession>>,
    /// Where its sessions sit at the target.
    post: Option<Post>,
    away: Option<Instant>,
    pause: Duration,
}

/// Asks until there is an answer: the value, or what the database refused. What is asked must bear
/// to be asked twice.
macro_rules! ask {
    ($line:expr, $session:ident => $work:expr) => {
        loop {
            let answer = match $line.session().await? {
                Ok($session) => $work.await,
                Err(error) => Err(error),
            };
            if let Some(answer) = $line.judge(answer).await? {
                break answer;
            }
        }
    };
}
pub(super) use ask;

impl Line {
    pub fn to_source(connector: &Arc<dyn Connector>, stop: &CancellationToken) -> Self {
        Self::new((connector, End::Source), stop, None)
    }

    pub fn to_target(connector: &Arc<dyn Connector>, stop: &CancellationToken, post: Post) -> Self {
        Self::new((connector, End::Target), stop, Some(post))
    }

    fn new(
        (connector, end): (&Arc<dyn Connector>, End),
        stop: &CancellationToken,
        post: Option<Post>,
    ) -> Self {
        Self {
            connector: Arc::clone(connector),
            end,
            stop: stop.clone(),
            session: None,
            post,
            away: None,
            pause: FIRST_PAUSE,
        }
    }

    pub fn schema(&self) -> Result<&dyn Schema, SchemaError> {
        let word = self.end.word();
        let why = || DataError::Unsupported(format!("the {word} has no definitions to migrate"));
        self.connector.schema().ok_or_else(|| why().into())
    }

    /// The session, which is opened unless there is one.
    pub async fn session(
        &mut self,
    ) -> Result<Result<&mut Box<dyn SchemaSession>, SchemaError>, Halt> {
        let session = match self.session.take() {
            Some(session) => session,
            None => match self.open().await {
                Ok(session) => {
                    if let Some(post) = &self.post {
                        post.hold().await?;
                    }
                    session
                }
                Err(error) => return Ok(Err(error)),
            },
        };
        Ok(Ok(self.session.insert(session)))
    }

    async fn open(&mut self) -> Result<Box<dyn SchemaSession>, SchemaError> {
        let schema = self.schema()?;
        let session = match &self.post {
            None => schema.reading().await?,
            Some(post) => schema.writing(Some(&post.seat())).await?,
        };
        match session.standing() {
            Standing::Seated | Standing::Standing => Ok(session),
            Standing::Crowded => Err(DataError::Passing {
                code: "GET_LOCK".into(),
                message: "too many sessions of this task have died and are not forgotten yet"
                    .into(),
            }
            .into()),
        }
    }

    /// Gives the connection up once it is needed no more.
    pub async fn leave(mut self) {
        if let Some(session) = self.session.take() {
            session.leave().await;
        }
    }

    /// Runs a statement. When the run is to stop, so is the server.
    pub async fn run(
        &mut self,
        database: &str,
        sql: &str,
        limit: Duration,
    ) -> Result<Result<(), SchemaError>, Halt> {
        let stop = self.stop.clone();
        let session = match self.session().await? {
            Ok(session) => session,
            Err(error) => return Ok(Err(error)),
        };
        tokio::select! {
            ran = session.run(database, sql, limit) => return Ok(ran),
            () = stop.cancelled() => {}
        }
        self.drop_session();
        if let (Ok(schema), Some(post)) = (self.schema(), &self.post)
            && let Err(error) = schema.end(&post.seat(), ENDING).await
        {
            tracing::warn!(%error, side = self.end.word(), "a statement goes on at the server");
        }
        Err(Halt::Stopped)
    }

    /// Throws the connection away.
    pub fn drop_session(&mut self) {
        self.session = None;
    }

    /// What an answer means: nothing, when it is to be asked again after the pause that was made.
    pub async fn judge<T>(
        &mut self,
        answer: Result<T, SchemaError>,
    ) -> Result<Option<Result<T, Refused>>, Halt> {
        let error = match answer {
            Ok(value) => {
                (self.away, self.pause) = (None, FIRST_PAUSE);
                return Ok(Some(Ok(value)));
            }
            Err(error) => error,
        };
        let refused = matches!(error, SchemaError::Refused { .. });
        if !refused {
            self.drop_session();
        }
        let patience = if refused { BUSY } else { PATIENCE };
        let since = *self.away.get_or_insert_with(Instant::now);
        if error.is_passing() && since.elapsed() < patience {
            tracing::warn!(%error, side = self.end.word(), "is tried again");
            self.wait().await?;
            return Ok(None);
        }
        self.away = None;
        match error {
            SchemaError::Data(
                error @ (DataError::Connect(_)
                | DataError::Broken { .. }
                | DataError::Passing { .. }
                | DataError::Unsupported(_)),
            ) => Err(Halt::of_data(self.end.word(), &error)),
            error => Ok(Some(Err(Refused::of(self.end.word(), error)))),
        }
    }

    /// Waits before something is asked again, longer each time.
    pub async fn wait(&mut self) -> Result<(), Halt> {
        let pause = self.pause;
        self.pause = (pause * 2).min(Duration::from_secs(5));
        tokio::select! {
            () = self.stop.cancelled() => Err(Halt::Stopped),
            () = tokio::time::sleep(pause) => Ok(()),
        }
    }
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);
