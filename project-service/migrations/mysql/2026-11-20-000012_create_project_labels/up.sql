-- Which project carries which label.
CREATE TABLE project_labels (
    project_id VARCHAR(64) NOT NULL,
    label_id VARCHAR(64) NOT NULL,
    PRIMARY KEY (project_id, label_id),
    KEY project_labels_by_label (label_id),
    CONSTRAINT project_labels_label FOREIGN KEY (label_id) REFERENCES labels (id)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
