-- Which project carries which label.
CREATE TABLE project_labels (
    project_id TEXT NOT NULL,
    label_id TEXT NOT NULL,
    PRIMARY KEY (project_id, label_id),
    CONSTRAINT project_labels_label FOREIGN KEY (label_id) REFERENCES labels (id)
);
CREATE INDEX project_labels_by_label ON project_labels (label_id);
