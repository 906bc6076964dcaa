//! The servers of one run: those this process started and those the environment names.

use oms_testkit::servers::{Instance, Server, ServerError, ServerKind, from_environment, version};

#[derive(Debug)]
pub struct Fleet {
    pub members: Vec<Member>,
}

#[derive(Debug)]
pub struct Member {
    pub server: Server,
    /// What the server itself says it is.
    pub version: String,
    /// `None` for a server that the environment names.
    pub instance: Option<Instance>,
}

impl Fleet {
    /// One server of each kind, started at the same time, or every reason why not.
    pub fn raise(kinds: &[ServerKind]) -> anyhow::Result<Self> {
        let mut named = Vec::new();
        for kind in kinds {
            named.push(from_environment(*kind)?);
        }
        let missing: Vec<ServerKind> =
            kinds.iter().zip(&named).filter(|(_, n)| n.is_none()).map(|(kind, _)| *kind).collect();
        let mut started = all_or_errors(Instance::start_all(&missing))?.into_iter();
        let members = named.into_iter().map(|named| match named {
            Some(server) => Member::meet(server, None),
            None => {
                let instance = started.next().expect("one was started for each missing kind");
                Member::meet(instance.server.clone(), Some(instance))
            }
        });
        Ok(Self { members: all_or_errors(members.collect())? })
    }

    /// Copies the logs of the servers that this run started and says where they are.
    pub fn keep_logs(&self) {
        for instance in self.members.iter().filter_map(|member| member.instance.as_ref()) {
            let kind = instance.server.kind;
            match instance.keep_logs() {
                Ok(path) => tracing::info!("{kind}: logs are kept in {}", path.display()),
                Err(error) => tracing::warn!("{kind}: {}", error.with_causes()),
            }
        }
    }

    /// Stops what this run started, all at the same time.
    pub fn stop(self) {
        std::thread::scope(|scope| {
            for instance in self.members.into_iter().filter_map(|member| member.instance) {
                scope.spawn(|| drop(instance));
            }
        });
    }
}

impl Member {
    fn meet(server: Server, instance: Option<Instance>) -> Result<Self, ServerError> {
        Ok(Self { version: version(&server)?, server, instance })
    }

    /// Where the server of this run comes from.
    pub fn origin(&self) -> &'static str {
        match self.instance {
            Some(_) => "started",
            None => self.server.kind.variable(),
        }
    }
}

/// All the values, or one error that tells every failure.
pub fn all_or_errors<T>(results: Vec<Result<T, ServerError>>) -> anyhow::Result<Vec<T>> {
    let mut values = Vec::new();
    let mut failures = Vec::new();
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(error) => failures.push(error.with_causes()),
        }
    }
    if failures.is_empty() { Ok(values) } else { Err(anyhow::anyhow!(failures.join("\n"))) }
}
