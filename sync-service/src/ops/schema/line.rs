//! A connection that comes back: what is asked again when a database was away for a moment.

use super::fault::{Halt, Refused};
use oms_connector::{Connector, DataError, Schema, SchemaError, SchemaSession};
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
const BUSY: Duration = Duration::from_secs(300);

/// One connection for definitions.
#[derive(Debug)]
pub struct Line {
    connector: Arc<dyn Connector>,
    end: End,
    stop: CancellationToken,
    session: Option<Box<dyn SchemaSession>>,
    away: Option<Instant>,
    pause: Duration,
}

/// Asks until there is an answer: the value, or what the database refused. What is asked must bear
/// to be asked twice.
macro_rules! ask {
    ($line:expr, $session:ident => $work:expr) => {
        loop {
            let answer = match $line.session().await {
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
    pub fn new(connector: &Arc<dyn Connector>, end: End, stop: &CancellationToken) -> Self {
        Self {
            connector: Arc::clone(connector),
            end,
            stop: stop.clone(),
            session: None,
            away: None,
            pause: FIRST_PAUSE,
        }
    }

    pub fn schema(&self) -> Result<&dyn Schema, SchemaError> {
        let word = self.end.word();
        let why = || DataError::Unsupported(format!("the {word} has no definitions to migrate"));
        self.connector.schema().ok_or_else(|| why().into())
    }

    pub async fn session(&mut self) -> Result<&mut Box<dyn SchemaSession>, SchemaError> {
        let session = match self.session.take() {
            Some(session) => session,
            None => match self.end {
                End::Source => self.schema()?.reading().await?,
                End::Target => self.schema()?.writing().await?,
            },
        };
        Ok(self.session.insert(session))
    }

    /// Runs a statement. When the run is to stop, so is the server.
    pub async fn run(
        &mut self,
        database: &str,
        sql: &str,
        limit: Duration,
    ) -> Result<Result<(), SchemaError>, Halt> {
        let stop = self.stop.clone();
        let session = match self.session().await {
            Ok(session) => session,
            Err(error) => return Ok(Err(error)),
        };
        let id = session.id();
        tokio::select! {
            ran = session.run(database, sql, limit) => return Ok(ran),
            () = stop.cancelled() => {}
        }
        self.drop_session();
        if let Ok(schema) = self.schema()
            && let Err(error) = schema.end(id).await
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

    async fn wait(&mut self) -> Result<(), Halt> {
        let pause = self.pause;
        self.pause = (pause * 2).min(Duration::from_secs(5));
        tokio::select! {
            () = self.stop.cancelled() => Err(Halt::Stopped),
            () = tokio::time::sleep(pause) => Ok(()),
        }
    }
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);
