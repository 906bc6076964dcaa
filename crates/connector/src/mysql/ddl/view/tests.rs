//! What a view reads, and what it reads under other names.

use super::*;
use crate::mysql::ddl::{Mode, parse_view};
use crate::product::Server;

fn view(body: &str) -> View {
    let sql = format!("CREATE VIEW `s`.`v` AS {body}");
    parse_view(sql.as_bytes(), Mode::of(&Server::of_mysql_protocol("9.7.4", ""), "")).unwrap()
}

fn reads(body: &str) -> Vec<String> {
    let shown = |name: Name| match name.database {
        Some(database) => format!("{database}.{}", name.name),
        None => name.name,
    };
    view(body).references().into_iter().map(shown).collect()
}

#[test]
fn tables_are_found_where_tables_stand() {
    assert_eq!(reads("select `a`.`x` from `d`.`a` join `b` on (`b`.`x` = `a`.`x`)"), ["d.a", "b"]);
    assert_eq!(reads("select 1 from ((`a` left join `b` `z` on (1)) join `c`)"), ["a", "b", "c"]);
    assert_eq!(reads("select 1 from a, d.b as x, c where a.x in (select y from e, f)").len(), 5);
    assert_eq!(reads("select 1 from a union select 2 from b order by 1"), ["a", "b"]);
    assert_eq!(reads("select (select max(q) from `deep`) from `a` for update"), ["deep", "a"]);
    assert_eq!(reads("select * from a straight_join b natural join a"), ["a", "b"]);
}

#[test]
fn what_only_looks_like_a_table_is_none() {
    assert!(reads("select trim('x' from `y`), extract(year from `d`), 'from t'").is_empty());
    assert!(reads("select 1 from dual").is_empty());
    assert_eq!(
        reads("select * from json_table(`j`, '$' columns(`a` int path '$')) `t`, `b`"),
        ["b"]
    );
    assert_eq!(reads("with recursive `n` (`i`) as (select 1 from `a`) select 1 from `n`"), ["a"]);
    assert_eq!(reads("select `from`, `x`.`join` from `a`"), ["a"]);
}

#[test]
fn other_names_take_their_columns_along() {
    let rename = |body: &str| {
        let mut view = view(body);
        view.rename(&|name| match (name.database.as_deref(), name.name.as_str()) {
            (_, "a") => Name::within("new", "b`b"),
            (Some("d"), other) => Name::within("new", other),
            (_, other) => Name::within("s2", other),
        });
        view.body.render(Quoting::default())
    };
    assert_eq!(
        rename("select `d`.`a`.`x`,`d`.`t`.`a` from `d`.`a` join `d`.`t` on (`d`.`t`.`x` > 1)"),
        "select `new`.`b``b`.`x`,`new`.`t`.`a` from `new`.`b``b` join `new`.`t` on (`new`.`t`.`x` > 1)"
    );
    assert_eq!(
        rename("select `a`.`x`,`z`.`a`,`a`.* from `a` join `d`.`t` `z`"),
        "select `b``b`.`x`,`z`.`a`,`b``b`.* from `new`.`b``b` join `new`.`t` `z`"
    );
    assert_eq!(
        rename("select `a`.`x` from `d`.`other` `a`"),
        "select `a`.`x` from `new`.`other` `a`",
        "an alias is nobody's name"
    );
}

#[test]
fn what_stands_before_and_after_the_query_is_kept() {
    let sql = "CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`ro``ot`@`%` SQL SECURITY INVOKER \
               VIEW `v` (`x`,`y z`) AS select 1,'it\\'s' from `t` WITH LOCAL CHECK OPTION";
    let mode = Mode::of(&Server::of_mysql_protocol("9.7.4", ""), "");
    let view = parse_view(sql.as_bytes(), mode).unwrap();
    assert_eq!(view.definer.as_ref().unwrap().user, "ro`ot");
    assert_eq!(view.columns, ["x", "y z"]);
    assert_eq!(view.check_option.as_deref(), Some("LOCAL"));
    let written = view.render(Quoting::default());
    assert_eq!(parse_view(written.as_bytes(), mode).unwrap(), view);
}
