//! `oms department`.

use super::{
    Context, find,
    pages::{PageArgs, collect},
};
use crate::{
    fault::Fault,
    out::{table::Row, time::Zone},
};
use clap::{Args, Subcommand};
use oms_contracts::gateway::department::{DepartmentQuery, DepartmentView};

/// Departments: whose users work together under the same administrators
#[derive(Debug, Args)]
pub struct DepartmentArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List departments
    List {
        /// Part of the name
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Create a department
    Add { name: String },
    /// Give a department another name
    Rename { department: String, name: String },
    /// Delete a department that has no users
    Delete {
        department: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

pub async fn run(context: &Context, args: DepartmentArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let out = context.out;
    match args.verb {
        Verb::List { search, page } => {
            let departments = collect(page, async |page| {
                let (page_number, page_size) = (page.page_number, page.page_size);
                let search = search.clone();
                api.departments(&DepartmentQuery { search, page_number, page_size }).await
            });
            out.list(&departments.await?)
        }
        Verb::Add { name } => {
            let made = api.create_department(name).await?;
            out.done(&made, &format!("Created the department {}.", made.name))
        }
        Verb::Rename { department, name } => {
            let old = find::department(&api, &department).await?;
            let new = api.rename_department(&old.id, name).await?;
            out.done(&new, &format!("{} is now called {}.", old.name, new.name))
        }
        Verb::Delete { department, yes } => {
            let department = find::department(&api, &department).await?;
            let name = &department.name;
            context.ask.confirm(&format!("Delete the department {name}?"), yes)?;
            api.delete_department(&department.id).await?;
            out.done(&department, &format!("Deleted the department {name}."))
        }
    }
}

impl Row for DepartmentView {
    const HEAD: &'static [&'static str] = &["name", "users", "created", "id"];

    fn cells(&self, zone: Zone) -> Vec<String> {
        vec![
            self.name.clone(),
            self.users.to_string(),
            zone.show(self.created_at),
            self.id.to_string(),
        ]
    }
}
