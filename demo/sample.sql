-- A small shop: what `make demo` moves. Types and texts that tools like to break are in on purpose.
CREATE DATABASE shop CHARACTER SET utf8mb4;
CREATE TABLE shop.customers (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    email VARCHAR(120) NOT NULL,
    born DATE NULL,
    joined TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    notes TEXT NULL,
    UNIQUE KEY uk_email (email)
);
CREATE TABLE shop.products (
    sku VARCHAR(20) NOT NULL PRIMARY KEY,
    title VARCHAR(200) NOT NULL,
    price DECIMAL(12, 4) NOT NULL,
    kind ENUM ('book', 'game', 'food') NOT NULL,
    tags SET ('new', 'sale', 'last') NOT NULL DEFAULT '',
    attributes JSON NULL
);
CREATE TABLE shop.orders (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer_id BIGINT UNSIGNED NOT NULL,
    placed DATETIME(3) NOT NULL,
    state TINYINT NOT NULL,
    KEY ix_customer (customer_id, placed),
    CONSTRAINT fk_customer FOREIGN KEY (customer_id) REFERENCES shop.customers (id)
);
CREATE TABLE shop.order_items (
    order_id BIGINT NOT NULL,
    line SMALLINT NOT NULL,
    sku VARCHAR(20) NOT NULL,
    quantity INT NOT NULL,
    weight DOUBLE NULL,
    PRIMARY KEY (order_id, line)
);
CREATE TABLE shop.visits (
    seen DATETIME NOT NULL,
    path VARCHAR(200) NOT NULL
);
CREATE VIEW shop.order_totals AS
SELECT i.order_id, SUM(i.quantity * p.price) AS total
FROM shop.order_items i JOIN shop.products p ON p.sku = i.sku
GROUP BY i.order_id;

SET SESSION cte_max_recursion_depth = 100000;
INSERT INTO shop.customers (name, email, born, notes)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
SELECT CONCAT('客户 ', i), CONCAT('c', i, '@example.com'),
       DATE_ADD('1950-01-01', INTERVAL i * 17 DAY), IF(i % 7 = 0, '🛒 likes ''quotes'' and \\ too', NULL)
FROM n;
INSERT INTO shop.products (sku, title, price, kind, tags, attributes)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
SELECT CONCAT('sku-', LPAD(i, 5, '0')), CONCAT('Product ', i), i * 1.2345,
       ELT(1 + i % 3, 'book', 'game', 'food'), IF(i % 5 = 0, 'new,sale', ''),
       JSON_OBJECT('size', i, 'ratio', i / 3, 'name', CONCAT('é', i))
FROM n;
INSERT INTO shop.orders (customer_id, placed, state)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
SELECT 1 + i % 1000, DATE_ADD('2026-01-01 00:00:00.123', INTERVAL i MINUTE), i % 5
FROM n;
INSERT INTO shop.order_items (order_id, line, sku, quantity, weight)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000)
SELECT 1 + i % 10000, 1 + i DIV 10000, CONCAT('sku-', LPAD(1 + i % 200, 5, '0')), 1 + i % 9, i / 7
FROM n;
INSERT INTO shop.visits (seen, path)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
SELECT DATE_ADD('2026-06-01', INTERVAL i SECOND), CONCAT('/p/', i % 20)
FROM n;
