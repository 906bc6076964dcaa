//! Statements on definitions: translated, run at the target once each, and told.
//!
//! Everything before a statement is applied when it comes up, and nothing behind it is begun until
//! it is done and recorded. So what is done twice because of a crash is done to the very same rows.
//! Before a step is run, the journal at the target says so, with what its tables look like; whoever
//! goes on after a crash compares, and stops where that does not tell ([`Happened`]).
//!
//! A statement that failed is run again when the task is started again, unless somebody has decided
//! about it ([`Decisions`]).

mod chosen;
mod decision;
mod plan;
mod trouble;

pub use decision::{Decision, Decisions, Fate, Notice, Notices, Undecided};

use super::fate::Trouble;
use super::routes::Routes;
use super::sync::Place;
use crate::domain::incr::Treatments;
use chosen::Chosen;
use oms_connector::evolve::{Entry, EntryState, Happened, Layouts};
use oms_connector::product::Server;
use oms_connector::schema::Choices;
use oms_connector::{DataError, EvolveSession, Evolver, Standing, Translator};
use oms_model::change::{Seq, Statement};
use plan::Plan;
use std::sync::Arc;
use std::time::Duration;

/// The seat of whoever changes definitions: no lane has it.
const SEAT: u32 = oms_connector::Seating::SEATS - 1;
/// How long a statement may take: a large table is written anew by some.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);
/// How long the end of a statement is waited for.
const ENDING: Duration = Duration::from_secs(20);

/// What is chosen about definitions.
#[derive(Clone)]
pub struct Defining {
    /// Whose statements they are.
    pub source: Server,
    pub treatments: Treatments,
    /// How they are written for the target.
    pub choices: Choices,
    pub decisions: Arc<dyn Decisions>,
    pub notices: Arc<dyn Notices>,
}

impl std::fmt::Debug for Defining {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Defining for {} with {:?}", self.source, self.treatments)
    }
}

/// Does what statements say.
pub(super) struct Definer {
    place: Arc<Place>,
    defining: Defining,
    /// Of the target as it was when the first statement came.
    translator: Option<Box<dyn Translator>>,
}

/// A statement that came up.
pub(super) struct Met<'a> {
    pub seq: Seq,
    pub statement: &'a Statement,
    /// The target may be ahead of it.
    pub is_lenient: bool,
}

impl Definer {
    pub fn new(place: Arc<Place>, defining: Defining) -> Self {
        Self { place, defining, translator: None }
    }

    /// Whether a statement is about tables that are replicated, or about ghosts of them.
    pub fn is_concerned(&self, statement: &Statement, routes: &Routes) -> bool {
        let wanted = |(database, table): &(String, String)| {
            routes.rule(database, table).is_some()
                || oms_connector::evolve::ghost_of(table)
                    .is_some_and(|ghost| routes.rule(database, &ghost.of).is_some())
        };
        statement.touches.iter().any(wanted)
    }

    /// Does what a statement says. It is done when this returns, and not yet recorded.
    pub async fn define(&mut self, met: &Met<'_>, routes: &Routes) -> Result<(), Trouble> {
        let place = Arc::clone(&self.place);
        let evolver = evolver(&place)?;
        if self.translator.is_none() {
            let Defining { source, choices, .. } = &self.defining;
            let translator = evolver.translator(source, choices.clone()).await;
            self.translator = Some(translator.map_err(|error| trouble::of_schema(&error))?);
        }
        let mut session = open(&place, evolver).await?;
        let outcome = tokio::select! {
            outcome = self.follow(session.as_mut(), met, routes) => Some(outcome),
            () = place.stop.cancelled() => None,
        };
        match outcome {
            Some(Ok(())) => {
                session.leave().await;
                Ok(())
            }
            Some(Err(trouble)) => Err(trouble),
            None => {
                drop(session);
                let seat = place.seating.seat(SEAT);
                if let Err(error) = evolver.end_evolving(&seat, ENDING).await {
                    tracing::warn!(%error, "a statement goes on at the target");
                }
                Err(trouble::stopped())
            }
        }
    }

    async fn follow(
        &self,
        session: &mut dyn EvolveSession,
        met: &Met<'_>,
        routes: &Routes,
    ) -> Result<(), Trouble> {
        let of_schema = |error| trouble::of_schema(&error);
        let decision = self.defining.decisions.decided(met.seq).await;
        let decision = decision.map_err(|error| trouble::undecided(&error))?;
        let entry = session.entry(&self.place.task, met.seq).await.map_err(of_schema)?;
        if entry.as_ref().is_some_and(|entry| entry.state == EntryState::Done) {
            return Ok(());
        }
        match decision {
            Some(Decision::Skip) => {
                let plan = Plan::default();
                self.done(session, met, &plan, Fate::Skipped).await
            }
            Some(Decision::Run(statements)) => {
                let translator = self.translator()?;
                let plan = Plan::edited(translator, met.statement, &statements, routes);
                let entry = entry.filter(|entry| plan.is_in(entry));
                self.run(session, met, plan, entry).await
            }
            None => {
                let begun = entry.as_ref().and_then(Plan::resumed);
                match begun {
                    Some(plan) => self.run(session, met, plan, entry).await,
                    None => self.begin(session, met, routes).await,
                }
            }
        }
    }

    /// A statement that nothing was done about.
    async fn begin(
        &self,
        session: &mut dyn EvolveSession,
        met: &Met<'_>,
        routes: &Routes,
    ) -> Result<(), Trouble> {
        let of_schema = |error| trouble::of_schema(&error);
        let held = session.entries(&self.place.task, EntryState::Held).await.map_err(of_schema)?;
        let chosen = Chosen::new(routes, &self.defining.treatments, &held, met)?;
        if chosen.is_behind(met) {
            let plan = Plan::remarked("nothing is done", "the target was loaded behind it");
            return self.done(session, met, &plan, Fate::Passed).await;
        }
        let translator = self.translator()?;
        let barred = |obstacle| trouble::barred(met, &obstacle);
        let tables = translator.concerns(met.statement, &chosen).map_err(barred)?;
        let layouts = session.layouts(&tables).await.map_err(of_schema)?;
        let outcome = translator.translate(met.statement, &chosen, &layouts).map_err(barred)?;
        if let Some(ghost) = &outcome.hold {
            let body = Chosen::held_body(ghost, met.statement)?;
            let entry = self.entry(met, EntryState::Held, body);
            self.write(session, &entry).await?;
            return self.tell(met, &Plan::of(outcome), Fate::Held).await;
        }
        let released: Vec<Seq> = chosen.held_of(&outcome.release);
        let plan = Plan { released, ..Plan::of(outcome) };
        self.run(session, met, plan, None).await
    }

    /// Runs the steps that are left. With `entry` some may have been run.
    async fn run(
        &self,
        session: &mut dyn EvolveSession,
        met: &Met<'_>,
        plan: Plan,
        entry: Option<Entry>,
    ) -> Result<(), Trouble> {
        let of_schema = |error| trouble::of_schema(&error);
        let body = plan.body()?;
        let first = entry.as_ref().map_or(0, |entry| entry.done as usize);
        let mut begun = entry.filter(|entry| entry.state == EntryState::Begun);
        for (at, step) in plan.steps.iter().enumerate().skip(first) {
            let now = session.layouts(&step.tables).await.map_err(of_schema)?;
            if let Some(entry) = begun.take() {
                let before: Layouts = plan::looks_of(&entry)?;
                match self.translator()?.happened(step, &before, &now) {
                    Happened::Done => continue,
                    Happened::Unknown => return Err(trouble::uncertain(met, step)),
                    Happened::NotYet => {}
                }
            }
            let done = u32::try_from(at).unwrap_or(u32::MAX);
            let before = plan::looks(&now)?;
            let state = EntryState::Begun;
            let mut entry = Entry { seq: met.seq, state, done, body: body.clone(), before };
            self.write(session, &entry).await?;
            if plan::creates(step) {
                let own = met.statement.environment.get("collation_database");
                let collation = own.map(|own| self.translator().map(|it| it.collation(own)));
                let collation = collation.transpose()?.unwrap_or_default();
                let found = session.found_database(&step.database, &collation).await;
                found.map_err(of_schema)?;
            }
            let Err(error) = session.run(step, LONGEST).await else { continue };
            if trouble::is_refusal(&error) {
                entry.state = EntryState::Refused;
                self.write(session, &entry).await?;
            }
            return Err(trouble::of_step(met, step, &error));
        }
        let fate = match (plan.is_edited, plan.steps.is_empty()) {
            (true, _) => Fate::Edited,
            (false, true) => Fate::Passed,
            (false, false) => Fate::Replicated,
        };
        self.done(session, met, &plan, fate).await
    }

    /// Says what was done, and that nothing is left to do.
    async fn done(
        &self,
        session: &mut dyn EvolveSession,
        met: &Met<'_>,
        plan: &Plan,
        fate: Fate,
    ) -> Result<(), Trouble> {
        let of_schema = |error| trouble::of_schema(&error);
        self.tell(met, plan, fate).await?;
        let task = &self.place.task;
        let older = session.entries(task, EntryState::Done).await.map_err(of_schema)?;
        let entry = self.entry(met, EntryState::Done, plan.body()?);
        self.write(session, &entry).await?;
        let older = older.iter().map(|entry| entry.seq).filter(|seq| *seq < met.seq);
        let gone: Vec<Seq> = older.chain(plan.released.iter().copied()).collect();
        session.erase(task, &gone).await.map_err(of_schema)
    }

    async fn tell(&self, met: &Met<'_>, plan: &Plan, fate: Fate) -> Result<(), Trouble> {
        let notice = Notice {
            seq: met.seq,
            database: met.statement.database.clone(),
            statement: met.statement.text.clone(),
            fate,
            ran: plan.steps.iter().map(|step| step.sql.clone()).collect(),
            remarks: plan.remarks.clone(),
        };
        let told = self.defining.notices.tell(notice).await;
        told.map_err(|error| trouble::undecided(&error))
    }

    fn entry(&self, met: &Met<'_>, state: EntryState, body: String) -> Entry {
        Entry { seq: met.seq, state, done: 0, body, before: String::new() }
    }

    async fn write(&self, session: &mut dyn EvolveSession, entry: &Entry) -> Result<(), Trouble> {
        let Place { task, token, .. } = self.place.as_ref();
        let written = session.write(task, *token, entry).await;
        match written.map_err(|error| trouble::of_schema(&error))? {
            true => Ok(()),
            false => Err(Trouble::fenced()),
        }
    }

    fn translator(&self) -> Result<&dyn Translator, Trouble> {
        let missing = || DataError::Unsupported("definitions cannot be translated".into());
        self.translator.as_deref().ok_or_else(|| Trouble::of_data(&missing()))
    }
}

fn evolver(place: &Place) -> Result<&dyn Evolver, Trouble> {
    let unable = || DataError::Unsupported("the target's definitions cannot follow others".into());
    place.target.evolver().ok_or_else(|| Trouble::of_data(&unable()))
}

async fn open(place: &Place, evolver: &dyn Evolver) -> Result<Box<dyn EvolveSession>, Trouble> {
    let session = evolver.evolving(&place.seating.seat(SEAT)).await;
    let session = session.map_err(|error| trouble::of_schema(&error))?;
    match session.standing() {
        Standing::Seated | Standing::Standing => Ok(session),
        Standing::Crowded => Err(Trouble::of_data(&DataError::Passing {
            code: "GET_LOCK".into(),
            message: "too many sessions of this task have died and are not forgotten yet".into(),
        })),
    }
}
