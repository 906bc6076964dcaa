//! Tables looked at many at a time are seen as those looked at alone.

use crate::for_the_family;
use crate::host::Host;
use oms_connector::catalog::KeyKind;

for_the_family!(many_tables_are_seen_at_once_as_each_alone, many_tables_are_looked_into_at_once);

/// Keys of every sort, in an order of their own.
const TABLES: &str = "\
    CREATE TABLE plain(a INT, b VARCHAR(9)); \
    CREATE TABLE keyed(a INT, b VARCHAR(30) NOT NULL, c DECIMAL(9,2), PRIMARY KEY(b, a), KEY(c)); \
    CREATE TABLE several(z INT NOT NULL, y INT, x CHAR(20) NOT NULL, UNIQUE z_first(z, y), \
      UNIQUE a_later(x), UNIQUE m_part(x(5), z)) DEFAULT CHARACTER SET utf8mb4; \
    CREATE TABLE made(id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, v INT DEFAULT 7, \
      g INT GENERATED ALWAYS AS (v + 1) VIRTUAL, UNIQUE on_g(g)); \
    CREATE TABLE `odd ``name``'s`(`a b` INT PRIMARY KEY);";
const NAMES: [&str; 5] = ["plain", "keyed", "several", "made", "odd `name`'s"];

async fn many_tables_are_seen_at_once_as_each_alone(host: &Host) {
    let place = host.place().await;
    place.db.exec(TABLES).await.unwrap();
    let mut session = place.reading().await;
    let asked = [&NAMES[..], &["absent", "PLAIN "]].concat();
    let mut found = session.sketches(&place.schema, &asked).await.unwrap();
    let connector = place.connector();
    for name in NAMES {
        let sketch = found.remove(name).unwrap().unwrap().table;
        assert_eq!(sketch, session.sketch(&place.schema, name).await.unwrap().table);
        let shape = connector.catalog().table(&place.schema, name).await.unwrap();
        let seen = sketch.columns.iter().map(|c| (&c.name, &c.native, c.nullable, c.generated));
        let shown = shape.columns.iter();
        let shown = shown.map(|c| (&c.name, &c.type_text, c.nullable, c.generated.is_some()));
        assert!(seen.eq(shown), "{name}");
        let tell = |kind: KeyKind| matches!(kind, KeyKind::Primary | KeyKind::Unique);
        let shown = shape.keys.iter().filter(|key| tell(key.kind)).map(|key| {
            let part = |part: &oms_connector::catalog::KeyPart| {
                let place = |name: &String| sketch.place(name);
                (part.column.as_ref().and_then(place), part.prefix)
            };
            (&key.name, key.parts.iter().map(part).collect::<Vec<_>>())
        });
        let seen = sketch.keys.iter().map(|key| {
            (&key.name, key.parts.iter().map(|part| (part.column, part.prefix)).collect())
        });
        assert!(seen.eq(shown), "{name}: {:?}", sketch.keys);
    }
    assert!(found.is_empty(), "{found:?}");
    let nowhere = session.sketches("nosuch", &["plain"]).await.unwrap();
    assert!(nowhere.is_empty());
}

async fn many_tables_are_looked_into_at_once(host: &Host) {
    let place = host.place().await;
    // More than one statement asks about.
    let names: Vec<String> = (0..70).map(|i| format!("t{i}")).collect();
    let statements: Vec<String> =
        names.iter().map(|name| format!("CREATE TABLE {name}(id INT)")).collect();
    place.db.exec(&statements.join("; ")).await.unwrap();
    place.db.exec("INSERT INTO t3 VALUES (1),(2)").await.unwrap();
    place.db.exec("INSERT INTO t69 VALUES (NULL)").await.unwrap();
    let mut session = place.writing().await;
    let tables: Vec<_> = names.iter().map(|name| (place.schema.as_str(), name.as_str())).collect();
    let have = session.have_rows(&tables).await.unwrap();
    let with: Vec<_> = (0..70).filter(|at| have[*at]).collect();
    assert_eq!((have.len(), with), (70, vec![3, 69]));
    assert_eq!(session.have_rows(&[]).await.unwrap(), Vec::<bool>::new());
    session.have_rows(&[tables[0], (&place.schema, "absent")]).await.unwrap_err();
}
