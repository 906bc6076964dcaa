DROP TABLE project_labels;
