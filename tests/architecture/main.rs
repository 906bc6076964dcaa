//! The rules of the house, checked: what prose would only ask for.

mod calls;
mod compose;
mod dependencies;
mod documents;
mod kinds;
mod layers;
mod routes;
mod size;
mod tree;
