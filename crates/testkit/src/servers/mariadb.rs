//! MariaDB 10.11, from the packages of Debian 12.

use std::{ffi::OsString, fs, path::Path, process::Command};

use super::{
    Installation, Server, ServerError, ServerKind,
    apt::{PrivateApt, version_of},
    command::run,
    recipe::{self, Identity, Recipe, option},
    runtime,
};

pub(crate) struct MariaDb;

impl Recipe for MariaDb {
    fn kind(&self) -> ServerKind {
        ServerKind::MariaDb
    }

    fn fetch(&self, staging: &Path) -> Result<String, ServerError> {
        let (apt_dir, root, template) =
            (staging.join("apt"), staging.join("root"), staging.join("template"));
        let apt = PrivateApt::update(&apt_dir, "bookworm")?;
        let packages = apt.resolve(&["mariadb-server-core", "mariadb-client-core"])?;
        recipe::create_dir(&root)?;
        apt.unpack(&packages, &root)?;
        runtime::assemble(
            &root,
            &["bin", "sbin", "usr/bin", "usr/sbin"],
            &["mariadbd", "mariadb", "mariadb-install-db", "my_print_defaults", "resolveip"],
        )?;
        let mut install = Command::new(root.join("usr/bin/mariadb-install-db"));
        install
            .args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"])
            .arg(option("basedir", &root.join("usr")))
            .arg(option("datadir", &template));
        if recipe::is_root() {
            install.arg("--user=root");
        }
        run(&mut install)?;
        fs::remove_dir_all(&apt_dir).map_err(ServerError::io("remove apt's lists"))?;
        version_of(&packages, "mariadb-server-core")
    }

    fn lay_out(&self, installation: &Installation, home: &Path) -> Result<(), ServerError> {
        recipe::copy_template(installation, home)
    }

    /// The character set is what Debian's own configuration file sets; durability as for MySQL.
    fn command(&self, installation: &Installation, home: &Path, port: u16) -> Vec<OsString> {
        let root = installation.dir.join("root");
        let mut command = vec![
            root.join("usr/sbin/mariadbd").into(),
            "--no-defaults".into(),
            option("basedir", &root.join("usr")),
            option("lc-messages-dir", &root.join("usr/share/mysql")),
            option("plugin-dir", &root.join("usr/lib/mysql/plugin")),
            option("datadir", &home.join("data")),
            option("socket", &home.join("server.sock")),
            option("pid-file", &home.join("mariadbd.pid")),
            "--bind-address=127.0.0.1".into(),
            format!("--port={port}").into(),
            format!("--server-id={port}").into(),
            "--character-set-server=utf8mb4".into(),
            "--collation-server=utf8mb4_general_ci".into(),
            "--local-infile=1".into(),
            "--log-bin=binlog".into(),
            "--binlog-format=ROW".into(),
            "--sync-binlog=0".into(),
            "--max-connections=1000".into(),
            "--innodb-flush-log-at-trx-commit=2".into(),
        ];
        if recipe::is_root() {
            command.push("--user=root".into());
        }
        command
    }

    fn server(&self, port: u16) -> Server {
        Server::local(self.kind(), port, "root", "")
    }

    fn identity(&self, home: &Path) -> Identity {
        Identity { sql: "SELECT @@datadir", answer: format!("{}/", home.join("data").display()) }
    }
}
