//! Statements on definitions, done at real targets as a real source did them.

mod crashing;
mod deciding;
mod following;
mod pair;
