-- One metadata database a service, all on one server. Runs once, on an empty volume.
CREATE DATABASE IF NOT EXISTS oms_gateway CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE DATABASE IF NOT EXISTS oms_project CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE DATABASE IF NOT EXISTS oms_sync CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE DATABASE IF NOT EXISTS oms_verify CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE DATABASE IF NOT EXISTS oms_store CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE DATABASE IF NOT EXISTS oms_alert CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
GRANT ALL ON `oms\_%`.* TO 'oms'@'%';
