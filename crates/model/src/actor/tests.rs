//! Rights, held to their table.

use super::*;

fn user(name: &str) -> UserId {
    UserId::parse(&format!("u_{name:0>8}")).unwrap()
}

fn department(name: &str) -> DepartmentId {
    DepartmentId::parse(&format!("d_{name:0>8}")).unwrap()
}

fn actor(name: &str, role: Role, dept: &str) -> Actor {
    Actor { user: user(name), account: name.to_owned(), role, department: department(dept) }
}

fn standing(name: &str, role: Role, dept: &str) -> Standing {
    Standing { user: user(name), role, department: department(dept), built_in: false }
}

fn owner(name: &str, dept: &str) -> Owner {
    Owner { user: user(name), department: department(dept) }
}

/// What the table's three columns say: a role, an action, and over what or whom.
fn table() -> Vec<String> {
    let rights = Role::ALL.iter().flat_map(|role| {
        Right::ALL.iter().map(move |right| format!("{role} {right} {}", role.scope(*right)))
    });
    let rules = Role::ALL.iter().flat_map(|role| {
        let ruled = Role::ALL.iter().filter(move |other| role.rules(**other));
        ruled.map(move |other| format!("{role} RULES {other}"))
    });
    let fixed = Role::ALL.iter().filter(|r| r.keeps_department());
    rights.chain(rules).chain(fixed.map(|r| format!("{r} KEEPS_DEPARTMENT"))).collect()
}

#[test]
fn the_table_of_rights_is_the_documented_one() {
    let documented: Vec<&str> = include_str!("../actor.table").lines().collect();
    assert_eq!(table(), documented, "write down what changed in actor.table");
}

#[test]
fn a_user_sees_and_changes_its_own_work_only() {
    let ann = actor("ann", Role::User, "sales");
    assert!(ann.sees(&owner("ann", "sales")) && ann.may_change(&owner("ann", "sales")));
    assert!(!ann.sees(&owner("bob", "sales")) && !ann.may_change(&owner("bob", "sales")));
}

#[test]
fn an_admin_changes_all_work_of_its_department_and_none_of_others() {
    let admin = actor("adm", Role::Admin, "sales");
    assert!(admin.may_change(&owner("bob", "sales")));
    assert!(!admin.sees(&owner("bob", "stock")) && !admin.may_change(&owner("bob", "stock")));
}

#[test]
fn viewers_read_within_their_reach_and_write_nowhere() {
    let viewer = actor("v", Role::AdminViewer, "sales");
    assert!(viewer.sees(&owner("bob", "sales")) && !viewer.sees(&owner("bob", "stock")));
    let root_viewer = actor("rv", Role::RootViewer, "default");
    assert!(root_viewer.sees(&owner("bob", "stock")));
    for reader in [viewer, root_viewer] {
        assert!(!reader.may_write());
        assert!(!reader.may_change(&owner("bob", "sales")));
        // Not even what it once owned, under another role.
        let own = Owner { user: reader.user.clone(), department: reader.department.clone() };
        assert!(!reader.may_change(&own));
        for role in Role::ALL {
            assert!(!reader.may_create(*role, &reader.department));
            assert!(!reader.may_reset(&standing("bob", *role, "sales")));
            assert!(!reader.may_delete(&standing("bob", *role, "sales")));
        }
    }
}

#[test]
fn an_admin_creates_viewers_and_users_in_its_own_department() {
    let admin = actor("adm", Role::Admin, "sales");
    let may: Vec<Role> = Role::ALL
        .iter()
        .copied()
        .filter(|role| admin.may_create(*role, &department("sales")))
        .collect();
    assert_eq!(may, [Role::AdminViewer, Role::User]);
    assert!(!admin.may_create(Role::User, &department("stock")));
}

#[test]
fn an_admins_password_is_reset_by_root_alone() {
    let forgetful = standing("adm", Role::Admin, "sales");
    assert!(actor("root", Role::Root, "default").may_reset(&forgetful));
    assert!(!actor("adm2", Role::Admin, "sales").may_reset(&forgetful));
    assert!(actor("adm", Role::Admin, "sales").may_reset(&standing("bob", Role::User, "sales")));
    assert!(!actor("adm", Role::Admin, "sales").may_reset(&standing("bob", Role::User, "stock")));
}

#[test]
fn nobody_deletes_or_resets_root_nor_itself_nor_a_built_in_user() {
    let root = actor("root", Role::Root, "default");
    let built_in = Standing { built_in: true, ..standing("admin", Role::Admin, "default") };
    assert!(!root.may_delete(&built_in) && root.may_reset(&built_in));
    assert!(root.may_delete(&standing("adm2", Role::Admin, "default")));
    for role in Role::ALL {
        let someone = actor("x", *role, "default");
        assert!(!someone.may_delete(&standing("root", Role::Root, "default")));
        assert!(!someone.may_reset(&standing("root", Role::Root, "default")));
        assert!(!someone.may_delete(&standing("x", *role, "default")));
        assert!(someone.may_edit(&standing("x", *role, "default")));
    }
}

#[test]
fn only_root_moves_users_and_only_those_of_the_lower_roles() {
    let root = actor("root", Role::Root, "default");
    assert!(root.may_move(&standing("bob", Role::User, "sales")));
    assert!(!root.may_move(&standing("adm", Role::Admin, "sales")));
    let admin = actor("adm", Role::Admin, "sales");
    assert!(!admin.may_move(&standing("bob", Role::User, "sales")));
}

#[test]
fn an_admin_cannot_promote_anybody_to_its_own_rank() {
    let admin = actor("adm", Role::Admin, "sales");
    let bob = standing("bob", Role::User, "sales");
    assert!(admin.may_promote(&bob, Role::AdminViewer));
    assert!(!admin.may_promote(&bob, Role::Admin));
    assert!(actor("root", Role::Root, "default").may_promote(&bob, Role::Admin));
}

#[test]
fn an_admin_does_not_see_root_in_a_shared_department() {
    let admin = actor("adm", Role::Admin, "default");
    assert!(!admin.sees_user(&standing("root", Role::Root, "default")));
    assert!(admin.sees_user(&standing("adm2", Role::Admin, "default")));
    assert!(!admin.sees_user(&standing("bob", Role::User, "sales")));
    let bob = actor("bob", Role::User, "default");
    assert!(bob.sees_user(&standing("bob", Role::User, "default")));
    assert!(!bob.sees_user(&standing("ann", Role::User, "default")));
}

#[test]
fn an_actor_travels_as_json_and_extra_keys_are_refused() {
    let ann = actor("ann", Role::User, "sales");
    let json = serde_json::to_string(&ann).unwrap();
    assert_eq!(
        json,
        r#"{"user":"u_00000ann","account":"ann","role":"USER","department":"d_000sales"}"#
    );
    assert_eq!(serde_json::from_str::<Actor>(&json).unwrap(), ann);
    assert!(serde_json::from_str::<Actor>(&json.replace("account", "name")).is_err());
}
