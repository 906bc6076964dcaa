//! MySQL 9.7, from the packages of Debian's unstable suite.

use std::{ffi::OsString, fs, path::Path, process::Command};

use super::{
    Installation, Server, ServerError, ServerKind,
    apt::{PrivateApt, version_of},
    command::run,
    recipe::{self, Identity, Recipe, option},
    runtime,
};

pub(crate) struct MySql;

/// What initialising and running have in common.
fn mysqld(root: &Path, datadir: &Path) -> Vec<OsString> {
    let mut command = vec![
        root.join("usr/sbin/mysqld").into(),
        "--no-defaults".into(),
        option("basedir", &root.join("usr")),
        option("lc-messages-dir", &root.join("usr/share/mysql")),
        option("plugin-dir", &root.join("usr/lib/mysql/plugin")),
        option("datadir", datadir),
    ];
    if recipe::is_root() {
        command.push("--user=root".into());
    }
    command
}

impl Recipe for MySql {
    fn kind(&self) -> ServerKind {
        ServerKind::MySql
    }

    fn fetch(&self, staging: &Path) -> Result<String, ServerError> {
        let (apt_dir, root, template) =
            (staging.join("apt"), staging.join("root"), staging.join("template"));
        let apt = PrivateApt::update(&apt_dir, "unstable")?;
        let packages = apt.resolve(&["mysql-server-core", "mysql-client-core"])?;
        recipe::create_dir(&root)?;
        apt.unpack(&packages, &root)?;
        runtime::assemble(
            &root,
            &["bin", "sbin", "usr/bin", "usr/sbin"],
            &["mysqld", "mysql", "mysqldump", "mysqlbinlog"],
        )?;
        let initialise = mysqld(&root, &template);
        run(Command::new(&initialise[0]).args(&initialise[1..]).arg("--initialize-insecure"))?;
        // Holds the server's identity: every copy makes its own.
        fs::remove_file(template.join("auto.cnf"))
            .map_err(ServerError::io("remove auto.cnf from the template"))?;
        fs::remove_dir_all(&apt_dir).map_err(ServerError::io("remove apt's lists"))?;
        version_of(&packages, "mysql-server-core")
    }

    fn lay_out(&self, installation: &Installation, home: &Path) -> Result<(), ServerError> {
        recipe::copy_template(installation, home)
    }

    /// Each commit reaches the operating system but is not forced to disk: killing the server loses
    /// nothing, and a machine that loses power loses its throw-away servers anyway.
    fn command(&self, installation: &Installation, home: &Path, port: u16) -> Vec<OsString> {
        let mut command = mysqld(&installation.dir.join("root"), &home.join("data"));
        command.extend([
            option("socket", &home.join("server.sock")),
            option("pid-file", &home.join("mysqld.pid")),
            "--bind-address=127.0.0.1".into(),
            format!("--port={port}").into(),
            format!("--server-id={port}").into(),
            "--mysqlx=OFF".into(),
            "--secure-file-priv=".into(),
            "--local-infile=1".into(),
            "--log-bin=binlog".into(),
            "--binlog-format=ROW".into(),
            "--sync-binlog=0".into(),
            "--max-connections=1000".into(),
            "--innodb-flush-log-at-trx-commit=2".into(),
        ]);
        command
    }

    fn server(&self, port: u16) -> Server {
        Server::local(self.kind(), port, "root", "")
    }

    fn identity(&self, home: &Path) -> Identity {
        Identity { sql: "SELECT @@datadir", answer: format!("{}/", home.join("data").display()) }
    }
}
