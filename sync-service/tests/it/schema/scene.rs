//! Two databases of a test's own, and the service between them.

use crate::app::{TestApp, id};
use crate::endpoint::endpoint;
use oms_contracts::sync::{
    ActOnObjects, EditDdl, ObjectDetailView, ObjectOperation, ObjectState, TaskState, TaskView,
};
use oms_testkit::servers::{ServerKind, of_this_run};
use oms_testkit::{TestDb, eventually};
use serde_json::{Value, json};
use std::time::Duration;

/// OceanBase takes its time for each definition.
const PATIENCE: Duration = Duration::from_secs(120);
const TASK: &str = "p.schema";

pub struct Scene {
    pub app: TestApp,
    pub source: TestDb,
    pub target: TestDb,
    /// What the task is made of; to be changed before it is stored.
    pub spec: Value,
}

impl Scene {
    pub async fn between(source: ServerKind, target: ServerKind) -> Self {
        let source = TestDb::create(of_this_run(source)).await.unwrap();
        let target = TestDb::create(of_this_run(target)).await.unwrap();
        let spec = json!({
            "kind": "SCHEMA", "source": endpoint(source.server()), "target": endpoint(target.server()),
            "objects": [], "schema": {},
        });
        Self { app: TestApp::as_built().await, source, target, spec }
    }

    /// Adds an object that keeps its name.
    pub fn add(&mut self, kind: &str, name: &str) -> &mut Self {
        self.add_as(kind, name, name)
    }

    pub fn add_as(&mut self, kind: &str, from: &str, to: &str) -> &mut Self {
        let object = json!({
            "kind": kind,
            "source": { "database": self.source.name(), "name": from },
            "target": { "database": self.target.name(), "name": to },
        });
        self.spec["objects"].as_array_mut().unwrap().push(object);
        self
    }

    pub fn tables(&mut self, names: &[&str]) -> &mut Self {
        for name in names {
            self.add("TABLE", name);
        }
        self
    }

    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.spec["schema"][name] = value.into();
        self
    }

    pub async fn store(&self) {
        self.app.store(TASK, &self.spec).await;
    }

    pub async fn start(&self) {
        self.app.client().start(&id(TASK)).await.expect("starts");
    }

    /// Waits until the task rests.
    pub async fn ends(&self) -> TaskView {
        let client = self.app.client();
        eventually(PATIENCE, || async {
            let view = client.task(&id(TASK)).await.expect("is there");
            match view.summary.state {
                TaskState::Running | TaskState::Stopping => Err(view.summary),
                _ => Ok(view),
            }
        })
        .await
    }

    /// Runs the task until it rests.
    pub async fn run(&self) -> TaskView {
        self.store().await;
        self.start().await;
        self.ends().await
    }

    /// Runs it once more.
    pub async fn again(&self) -> TaskView {
        self.start().await;
        self.ends().await
    }

    /// Lets it build the indexes that it left.
    pub async fn indexes(&self) -> TaskView {
        self.app.client().build_indexes(&id(TASK)).await.expect("is asked");
        self.ends().await
    }

    /// Runs it, and all of it is created.
    pub async fn succeeds(&self) {
        let view = self.run().await;
        let states = self.objects().await;
        let error = view.summary.error;
        assert_eq!(view.summary.state, TaskState::Finished, "{error:?} {states:#?}");
    }

    pub async fn object(&self, number: u32) -> ObjectDetailView {
        self.app.client().object(&id(TASK), number).await.expect("is there")
    }

    pub async fn state(&self, number: u32) -> ObjectState {
        self.object(number).await.object.state
    }

    pub async fn objects(&self) -> Vec<(String, ObjectState, Option<String>)> {
        let count = self.spec["objects"].as_array().unwrap().len();
        let mut all = Vec::new();
        for number in 0..u32::try_from(count).unwrap() {
            if let Ok(found) = self.app.client().object(&id(TASK), number).await {
                let error = found.object.error.map(|error| error.message);
                all.push((found.object.source.name, found.object.state, error));
            }
        }
        all
    }

    /// An object failed, for this reason among others.
    pub async fn failed(&self, number: u32, why: &str) -> ObjectDetailView {
        let found = self.object(number).await;
        assert_eq!(found.object.state, ObjectState::Failed, "{found:#?}");
        let message = &found.object.error.as_ref().unwrap().message;
        assert!(message.contains(why), "{message}");
        found
    }

    /// Several at once: those that were changed, and those that were not.
    pub async fn act_on(
        &self,
        numbers: &[u32],
        operation: ObjectOperation,
    ) -> (Vec<u32>, Vec<u32>) {
        let (numbers, all_failed) = (numbers.to_vec(), numbers.is_empty());
        let act = ActOnObjects { operation, numbers, all_failed };
        let results = self.app.client().act_on_objects(&id(TASK), &act).await.expect("is done");
        (results.done, results.refused.iter().map(|refused| refused.number).collect())
    }

    /// The process is killed, and another one takes its place.
    pub async fn killed(self) -> Self {
        let Self { app, source, target, spec } = self;
        let app = TestApp::as_built_in(app.kill().await).await;
        Self { app, source, target, spec }
    }

    pub async fn act(&self, number: u32, operation: ObjectOperation) {
        self.app.client().act_on_object(&id(TASK), number, operation).await.expect("is done");
    }

    pub async fn edit(&self, number: u32, ddl: &str) {
        let edit = EditDdl { ddl: ddl.to_owned() };
        self.app.client().edit_object(&id(TASK), number, &edit).await.expect("is edited");
    }

    pub async fn stop(&self) {
        self.app.client().stop(&id(TASK)).await.expect("is asked");
    }

    /// The names of what the target has.
    pub async fn there(&self) -> Vec<String> {
        let rows = self.target.rows("SHOW TABLES").await.unwrap();
        rows.into_iter().filter_map(|row| row[0].clone()).collect()
    }

    pub async fn shown(&self, word: &str, name: &str) -> String {
        let sql = format!("SHOW CREATE {word} `{}`", name.replace('`', "``"));
        self.target.rows(&sql).await.unwrap()[0][1].clone().unwrap()
    }
}

pub fn codes(object: &ObjectDetailView) -> Vec<&str> {
    object.notes.iter().map(|note| note.code.as_str()).collect()
}
